using static TorchSharp.torch;

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

        using var threads = new TrainingThreads(options.Threads);
        RankingModule[] replicas = [.. Enumerable.Range(0, threads.Count).Select(_ => module.Replica())];
        Array.ForEach(replicas, replica => (replica.Recomputes, replica.Precision) = (options.Recompute, options.Precision));
        try
        {
            return Fit(module, replicas, threads, samples, progress, cancellationToken);
        }
        finally
        {
            Array.ForEach(replicas, replica => replica.Dispose());
        }
    }

    private TrainingReport Fit(
        RankingModule module, RankingModule[] replicas, TrainingThreads threads, IReadOnlyList<Sample> samples, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var users = TrainedUser.Of(module.Config, samples);
        var log = new StepLog(module, users, options.LearningRate);
        var random = new Random(options.Seed);
        var optimizer = new AdamW(module, options.WeightDecay);
        var gradients = new StepGradients(module);

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
                var stepLoss = Backward(step, replicas, threads);
                gradients.Clear();
                Array.ForEach(replicas, gradients.TakeFrom);
                if (double.IsFinite(stepLoss) && optimizer.Step(gradients, Rate(done), options.ClipNorm))
                {
                    log.Take(step, gradients);
                    loss = double.IsNaN(loss) ? stepLoss : (LossMemory * loss) + ((1 - LossMemory) * stepLoss);
                }
                else
                {
                    log.Drop(step, stepLoss);
                }

                seen += step.Sum(span => span.Count);
                var elapsed = time.GetElapsedTime(started);
                done = Math.Min(1, Math.Max(seen / total, options.TimeBudget is { } budget ? elapsed / budget : 0));
                progress?.Report(new(done, loss, log.Candidates / elapsed.TotalSeconds, elapsed * ((1 - done) / Math.Max(done, 1e-9))));
            }
        }

        return log.Close();
    }

    /// <summary>Fills the replicas' gradients with that of the mean loss over a step's labels.</summary>
    /// <returns>The loss.</returns>
    internal static double Backward(List<RequestSpan> step, RankingModule[] replicas, TrainingThreads threads)
    {
        var known = step.Sum(Known);
        if (known == 0)
        {
            return 0;
        }

        var shares = Shares(step, threads.Count);
        var losses = new double[threads.Count];
        threads.Run(number =>
        {
            if (shares[number].Count == 0)
            {
                return;
            }

            using var scope = NewDisposeScope();
            var logits = replicas[number].Logits(replicas[number].Prepare(shares[number]));
            var values = shares[number].SelectMany(span => span.Requests.ToArray()).SelectMany(request => request.Labels).ToArray();
            var labels = tensor(Array.ConvertAll(values, v => float.IsNaN(v) ? 0 : v)).reshape(logits.shape);
            var weights = tensor(Array.ConvertAll(values, v => float.IsNaN(v) ? 0f : 1f / known)).reshape(logits.shape);
            var loss = nn.functional.binary_cross_entropy_with_logits(logits, labels, weights, nn.Reduction.Sum);
            loss.backward();
            losses[number] = loss.Floats()[0];

            // Gradients outlive the pass.
            replicas[number].TableReads.ForEach(read => read.Values.MoveToOuterDisposeScope());
        });
        return losses.Sum();
    }

    /// <summary>Divides a step so that all threads have about as much to do: the costliest first, each to whom has least.</summary>
    private static List<RequestSpan>[] Shares(List<RequestSpan> step, int count)
    {
        var shares = Enumerable.Range(0, count).Select(_ => new List<RequestSpan>()).ToArray();
        var costs = new long[count];
        foreach (var span in step.OrderByDescending(Cost))
        {
            var least = Array.IndexOf(costs, costs.Min());
            shares[least].Add(span);
            costs[least] += Cost(span);
        }

        return shares;

        // A candidate's row costs about as much as encoding two groups.
        static long Cost(RequestSpan span) =>
            span.Requests[^1].NextOrdinal - span.User.FirstOrdinal + (2L * span.User.Config.GroupSize * (span.Candidates + (3 * span.Count)));
    }

    private static int Known(RequestSpan span)
    {
        var known = 0;
        foreach (var request in span.Requests)
        {
            foreach (var label in request.Labels)
            {
                known += float.IsNaN(label) ? 0 : 1;
            }
        }

        return known;
    }

    /// <summary>All requests in spans whose bounds differ in every epoch, in random order.</summary>
    private RequestSpan[] Spans(List<TrainedUser> users, Random random)
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

    private List<RequestSpan> TakeStep(RequestSpan[] spans, ref int at)
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
