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
        var candidates = new CandidateFeatures[request.Candidates.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            candidates[i] = request.Candidates[i].Keyed();
        }

        var atMs = request.AtMs ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        var (scores, engine) = await ScoreAsync(candidates, request.RankBy, atMs, deadline, cancellationToken);
        var tasks = engine.Config.Tasks;
        var rank = request.RankBy is { } asked ? IndexOf(tasks, asked) : 0;
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

        var result = new ScoreResult(engine.Version, scores.UserEvents, scores.Warm, [.. tasks], chosen, answer.MoveToImmutable(), scores.EngineTime);
        tallies.Served(engine.Version, tasks, probabilities);
        if (served.IsWatching)
        {
            served.Keep(new(UserId, request.RequestId, atMs, engine.Version, result.Tasks, [.. chosen.Select(i => candidates[i].ItemKey)], [.. result.Scores]));
        }

        return result;
    }

    /// <inheritdoc/>
    public Task LearnAsync(ImmutableArray<Outcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            served.Learn(outcome);
        }

        return Task.CompletedTask;
    }

    private async Task<(EngineScores Scores, LongerEngine Engine)> ScoreAsync(
        CandidateFeatures[] candidates, string? rankBy, long atMs, Deadline deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var lease = models.Lease(_kv, UserId) ?? throw new NoActiveModelException(models.WhyNone);
            var engine = lease.Engine;
            if (rankBy is not null && IndexOf(engine.Config.Tasks, rankBy) < 0)
            {
                if (models.Configs.Any(config => IndexOf(config.Tasks, rankBy) >= 0))
                {
                    // Its caller is right about the version beside it.
                    tallies.Failed(engine.Version);
                }

                throw new UnknownTaskException(rankBy, [.. engine.Config.Tasks], $"The model has no task {rankBy}; it has {string.Join(", ", engine.Config.Tasks)}.");
            }

            var life = await InTimeAsync(ReadableLifeAsync(engine.Config), deadline, cancellationToken);
            using var now = models.Lease(_kv, UserId);
            if (now?.Engine != engine || _life is not { IsCompletedSuccessfully: true } known || known.Result != life)
            {
                // Another model serves the user by now; or a write came between the reading and here: its state answers, and no place is made for the old one.
                continue;
            }

            var kv = _kv ??= engine.CreateUser();
            try
            {
                var scores = await engine.ScoreAsync(kv, life.Input, candidates, atMs, deadline, cancellationToken);
                if (lease.IsInterim)
                {
                    ReencodeSoon();
                }

                return (scores, engine);
            }
            catch (DeviceOverloadedException e)
            {
                // What waits for longer than the caller would is the caller's time at fault as well.
                // Without it as the cause: its type is the model project's, which a gateway that is no silo does not have.
                throw new OverloadedException(e.RetryAfter, e.Message) { IsLate = e.IsLate || deadline.IsPast(time) };
            }
            catch (ObjectDisposedException) when (kv != _kv)
            {
                // Replaced, encoded anew or forgotten while it waited: what there is now answers.
            }
            catch (Exception e) when (e is not (OperationCanceledException or ArgumentException))
            {
                tallies.Failed(engine.Version);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public async Task ReencodeAsync(CancellationToken cancellationToken)
    {
        using var lease = models.Lease(user: null, UserId);
        if (lease is null || _kv is not { IsResident: true } old || old.IsOf(lease.Engine))
        {
            return;
        }

        // A model that reads more has the events read anew, which empties the place.
        await ReadableLifeAsync(lease.Engine.Config);
        var place = _kv;
        var next = lease.Engine.CreateUser();
        try
        {
            // Once more if events were committed in the meantime.
            for (UserInput? encoded = null; _kv == place && _life is { IsCompletedSuccessfully: true } life && life.Result.Has(lease.Engine.Config);)
            {
                if (encoded?.Knows(life.Result.Input) == true)
                {
                    _kv = next;
                    if (place is not null)
                    {
                        next.Replace(place);
                    }

                    return;
                }

                encoded = life.Result.Input;
                await lease.Engine.EncodeAsync(next, encoded, cancellationToken);
            }
        }
        finally
        {
            if (_kv != next)
            {
                next.Dispose();
            }
        }
    }

    /// <summary>For a user whom the background passed over: it failed there, or the state was computed just when another version was to serve the user.</summary>
    private void ReencodeSoon()
    {
        if (!models.IsSettling && _reencoding is null or { IsCompleted: true })
        {
            _reencoding = ReencodeQuietlyAsync();
        }
    }

    private async Task ReencodeQuietlyAsync()
    {
        try
        {
            await ReencodeAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody awaits this: what goes wrong is told in the log, and the next score tries again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotReencoded(e);
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
