using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>Takes a fit's steps: the gradient of a step's requests by all threads, and the optimizer's move along it.</summary>
internal sealed class TrainingSteps : IDisposable
{
    private readonly AdamW _optimizer;
    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly TrainingThreads _threads;
    private readonly RankingModule[] _replicas;
    private readonly StepGradients _gradients;

    /// <summary>Starts the threads.</summary>
    /// <param name="module">What is fitted, in place.</param>
    /// <param name="optimizer">Of the same module.</param>
    /// <param name="options">How.</param>
    /// <param name="time">For the share of the time that steps are taken in.</param>
    public TrainingSteps(RankingModule module, AdamW optimizer, TrainingOptions options, TimeProvider time)
    {
        (_optimizer, _options, _time) = (optimizer, options, time);
        _gradients = new StepGradients(module);
        _threads = new TrainingThreads(options.Threads, options.StepsBack);
        _replicas = [.. Enumerable.Range(0, _threads.Count).Select(_ => module.Replica())];
        Array.ForEach(_replicas, replica => (replica.Recomputes, replica.Precision) = (options.Recompute, options.Precision));
    }

    /// <summary>Takes a step, and rests for as long as the share of the time asks for.</summary>
    /// <param name="step">Its requests.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="log">Hears of it.</param>
    /// <returns>Its loss before it was taken; <see langword="null"/> where a number was not finite, and nothing was changed.</returns>
    public double? Take(List<RequestSpan> step, double learningRate, StepLog log)
    {
        var began = _time.GetTimestamp();
        var loss = Backward(step, _replicas, _threads);
        _gradients.Clear();
        Array.ForEach(_replicas, _gradients.TakeFrom);
        var taken = double.IsFinite(loss) && _optimizer.Step(_gradients, learningRate, _options.ClipNorm);
        if (taken)
        {
            log.Take(step, _gradients);
        }
        else
        {
            log.Drop(step, loss);
        }

        if (_options.Share < 1)
        {
            Thread.Sleep(_time.GetElapsedTime(began) * ((1 / _options.Share) - 1));
        }

        return taken ? loss : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_replicas, replica => replica.Dispose());
        _threads.Dispose();
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
}
