namespace Longer.Grid.Training;

/// <summary>Fits a model to samples: AdamW over binary cross-entropy, many candidates for each encoded history.</summary>
/// <param name="options">How.</param>
/// <param name="time">For the budget and the time left.</param>
public sealed class Trainer(TrainingOptions options, TimeProvider time)
{
    private const double LossMemory = 0.95;
    private const double LowestRate = 0.02;

    /// <summary>Fits a model in place. The same seed and number of threads give the same bits, unless a time budget ends it.</summary>
    /// <remarks>A step whose loss or gradient is not finite is dropped: it changes nothing, and the report names its requests.</remarks>
    /// <exception cref="TrainingException">
    /// There is nothing to train on, or 32 steps in a row were dropped, or no more steps were taken in all than dropped.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the model stays as far as it came.</exception>
    public TrainingReport Fit(RankingModule module, IReadOnlyList<Sample> samples, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        if (samples.Count == 0)
        {
            throw new TrainingException("There are no requests to train on.");
        }

        using var steps = new TrainingSteps(module, new AdamW(module, options.WeightDecay), options, time);
        return Fit(module, steps, samples, progress, cancellationToken);
    }

    private TrainingReport Fit(
        RankingModule module, TrainingSteps steps, IReadOnlyList<Sample> samples, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var users = TrainedUser.Of(module.Config, samples);
        var log = new StepLog(module, options.LearningRate);
        log.Of(users);
        var random = new Random(options.Seed);

        var started = time.GetTimestamp();
        var (seen, loss) = (0L, double.NaN);
        var total = samples.Count * options.Epochs;
        for (var done = 0.0; done < 1;)
        {
            var spans = Spans(users, random);
            for (var at = 0; at < spans.Length && done < 1;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var step = TakeStep(spans, ref at);
                var stepLoss = steps.Take(step, Rate(done), log);
                loss = stepLoss is null ? loss : double.IsNaN(loss) ? stepLoss.Value : (LossMemory * loss) + ((1 - LossMemory) * stepLoss.Value);
                seen += step.Sum(span => span.Count);
                var elapsed = time.GetElapsedTime(started);
                done = Math.Min(1, Math.Max(seen / total, options.TimeBudget is { } budget ? elapsed / budget : 0));
                progress?.Report(new(done, loss, log.Candidates / elapsed.TotalSeconds, elapsed * ((1 - done) / Math.Max(done, 1e-9))));
            }
        }

        return log.Close();
    }

    /// <summary>All requests in spans whose bounds differ in every epoch, in random order.</summary>
    internal RequestSpan[] Spans(List<TrainedUser> users, Random random)
    {
        var spans = new List<RequestSpan>();
        foreach (var user in users.Select(user => user.Encoded))
        {
            var most = random.Next(1, options.RequestsPerSpan + 1);
            for (var first = 0; first < user.Requests.Length; most = options.RequestsPerSpan)
            {
                var count = 1;
                while (count < most && first + count < user.Requests.Length
                    && user.Requests[first + count].NextOrdinal - user.Requests[first].NextOrdinal <= options.EventsPerSpan)
                {
                    count++;
                }

                spans.Add(new RequestSpan(user, first, count));
                first += count;
            }
        }

        var shuffled = spans.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    internal List<RequestSpan> TakeStep(RequestSpan[] spans, ref int at)
    {
        var step = new List<RequestSpan>();
        for (var requests = 0; at < spans.Length && requests < options.RequestsPerStep; requests += step[^1].Count)
        {
            step.Add(spans[at++]);
        }

        return step;
    }

    /// <summary>The learning rate at a share of the way: up in a line, down in half a cosine, never less than a fiftieth of the largest.</summary>
    internal double Rate(double done)
    {
        var share = done < options.WarmUp
            ? Math.Max(LowestRate, done / options.WarmUp)
            : LowestRate + ((1 - LowestRate) * 0.5 * (1 + Math.Cos(Math.PI * (done - options.WarmUp) / (1 - options.WarmUp))));
        return share * options.LearningRate;
    }
}
