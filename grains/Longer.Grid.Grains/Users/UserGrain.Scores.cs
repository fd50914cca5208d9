using System.Collections.Immutable;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>The user grain's scores.</summary>
internal sealed partial class UserGrain
{
    /// <inheritdoc/>
    public async Task<ScoreResult> ScoreAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(time, request.Timeout ?? options.ScoreTimeout);
        using var lease = models.Lease() ?? throw new NoActiveModelException(models.WhyNone);
        var tasks = lease.Engine.Config.Tasks;
        var rank = request.RankBy is { } asked ? IndexOf(tasks, asked) : 0;
        if (rank < 0)
        {
            throw new UnknownTaskException(request.RankBy!, [.. tasks], $"The model has no task {request.RankBy}; it has {string.Join(", ", tasks)}.");
        }

        var candidates = new CandidateFeatures[request.Candidates.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            candidates[i] = request.Candidates[i].Keyed();
        }

        var scores = await ScoreAsync(lease.Engine, candidates, request.AtMs ?? time.GetUtcNow().ToUnixTimeMilliseconds(), deadline, cancellationToken);
        var probabilities = Array.ConvertAll(scores.Logits, logit => (float)(1 / (1 + Math.Exp(-(double)logit))));
        var order = Enumerable.Range(0, candidates.Length);
        if (request.TopK is { } top)
        {
            // A stable sort: ties stay in asked order.
            order = order.OrderByDescending(i => probabilities[(i * tasks.Count) + rank]).Take(top);
        }

        ImmutableArray<int> chosen = [.. order];
        var answer = ImmutableArray.CreateBuilder<float>(chosen.Length * tasks.Count);
        foreach (var i in chosen)
        {
            answer.AddRange(probabilities.AsSpan(i * tasks.Count, tasks.Count));
        }

        return new(lease.Engine.Version, scores.UserEvents, scores.Warm, [.. tasks], chosen, answer.MoveToImmutable(), scores.EngineTime);
    }

    private async Task<EngineScores> ScoreAsync(
        LongerEngine engine, CandidateFeatures[] candidates, long atMs, Deadline deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            var life = await InTimeAsync(ReadableLifeAsync(engine.Config), deadline, cancellationToken);
            if (_life is not { IsCompletedSuccessfully: true } known || known.Result != life)
            {
                // A write came between the reading and here: its state answers, and no place is made for the old one.
                continue;
            }

            var kv = _kv ??= engine.CreateUser();
            try
            {
                return await engine.ScoreAsync(kv, life.Input, candidates, atMs, deadline, cancellationToken);
            }
            catch (DeviceOverloadedException e)
            {
                // What waits for longer than the caller would is the caller's time at fault as well.
                throw new OverloadedException(e.RetryAfter, e.Message, e) { IsLate = e.IsLate || deadline.IsPast(time) };
            }
            catch (ObjectDisposedException) when (kv != _kv)
            {
                // Replaced or forgotten while it waited: the new history answers.
            }
        }
    }

    /// <summary>The user with all that a model reads of the events; more than before, after a model with a longer window or other side features was activated.</summary>
    private async Task<UserLife> ReadableLifeAsync(LongerConfig config)
    {
        while (true)
        {
            var life = await LifeAsync();
            if (life.Has(config))
            {
                return life;
            }

            // One reading for all scores that wait, in the writers' order since it takes the user over anew.
            await (_widening is { IsCompleted: false } reading ? reading : _widening = WriteAsync(
                async now => now.Has(config) ? now : await ReloadAsync(config), CancellationToken.None));
        }
    }

    /// <summary>Waits for a user's events no longer than the caller does. The reading goes on for those who come next.</summary>
    private async Task<UserLife> InTimeAsync(Task<UserLife> reading, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await (deadline.Remaining(time) is { } left ? reading.WaitAsync(left, time, cancellationToken) : reading.WaitAsync(cancellationToken));
        }
        catch (TimeoutException e) when (!reading.IsCompleted)
        {
            throw new OverloadedException(TimeSpan.FromSeconds(1), "The caller's time passed while the user's events were read from the store.", e) { IsLate = true };
        }
    }

    private static int IndexOf(IReadOnlyList<string> tasks, string task)
    {
        for (var i = 0; i < tasks.Count; i++)
        {
            if (tasks[i] == task)
            {
                return i;
            }
        }

        return -1;
    }
}
