using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>Fits a model to samples: AdamW over binary cross-entropy, many candidates for each encoded history.</summary>
public sealed class Trainer(TrainingOptions options, TimeProvider time)
{
    private const double LossMemory = 0.95;
    private const double LowestRate = 0.02;

    /// <summary>Fits a model in place.</summary>
    /// <returns>Candidates trained on.</returns>
    /// <exception cref="TrainingException">The loss is not a number, or there is nothing to train on.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the model stays as far as it came.</exception>
    public long Fit(IRankingModel model, IReadOnlyList<Sample> samples, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        TorchRuntime.EnsureLoaded();
        if (samples.Count == 0)
        {
            throw new TrainingException("There are no requests to train on.");
        }

        var chunks = Chunk.Of(samples, options.RequestsPerChunk, options.EventsPerChunk).ToArray();
        var random = new Random(options.Seed);
        var (decayed, others) = (Parameters(model, IsLinear), Parameters(model, name => !IsLinear(name)));
        using var withDecay = optim.AdamW(decayed, options.LearningRate, weight_decay: options.WeightDecay);
        using var without = optim.AdamW(others, options.LearningRate, weight_decay: 0);
        Parameter[] all = [.. decayed, .. others];

        var started = time.GetTimestamp();
        var (seen, trained, loss) = (0L, 0L, double.NaN);
        var total = samples.Count * options.Epochs;
        for (var done = 0.0; done < 1;)
        {
            random.Shuffle(chunks);
            for (var at = 0; at < chunks.Length && done < 1;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var step = TakeStep(chunks, ref at);
                SetRate(withDecay, done);
                SetRate(without, done);
                var stepLoss = Step(model, step, all, withDecay, without);
                if (!double.IsFinite(stepLoss))
                {
                    throw new TrainingException($"The loss is {stepLoss} after {seen} requests, in a step that begins with request {step[0].Requests[0].Id} of user {step[0].User.UserId}; try a lower learning rate than {options.LearningRate}.");
                }

                loss = double.IsNaN(loss) ? stepLoss : (LossMemory * loss) + ((1 - LossMemory) * stepLoss);
                seen += step.Sum(c => c.Requests.Count);
                trained += step.Sum(c => c.Requests.Sum(r => r.Candidates.Count));
                var elapsed = time.GetElapsedTime(started);
                done = Math.Min(1, Math.Max(seen / total, options.TimeBudget is { } budget ? elapsed / budget : 0));
                progress?.Report(new(done, loss, trained / elapsed.TotalSeconds, elapsed * ((1 - done) / Math.Max(done, 1e-9))));
            }
        }

        return trained;
    }

    private double Step(IRankingModel model, List<Chunk> step, Parameter[] all, AdamW withDecay, AdamW without)
    {
        withDecay.zero_grad();
        without.zero_grad();
        var known = step.Sum(c => c.Requests.Sum(r => Known(r)));
        if (known == 0)
        {
            return 0;
        }

        var sum = 0.0;
        foreach (var chunk in step)
        {
            using var scope = NewDisposeScope();
            var logits = model.Forward(chunk);
            var values = chunk.Requests.SelectMany(r => r.Labels.ToArray()).ToArray();
            var labels = tensor(Array.ConvertAll(values, v => float.IsNaN(v) ? 0 : v)).reshape(logits.shape);
            var weights = tensor(Array.ConvertAll(values, v => float.IsNaN(v) ? 0f : 1f)).reshape(logits.shape);
            var loss = nn.functional.binary_cross_entropy_with_logits(logits, labels, weights, nn.Reduction.Sum) / known;
            loss.backward();
            sum += loss.item<float>();
        }

        using (NewDisposeScope())
        {
            nn.utils.clip_grad_norm_(all, options.ClipNorm);
            withDecay.step();
            without.step();
        }

        return sum;
    }

    private static int Known(Request request)
    {
        var known = 0;
        foreach (var label in request.Labels)
        {
            known += float.IsNaN(label) ? 0 : 1;
        }

        return known;
    }

    private static bool IsLinear(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal)
        && (name.Contains(".in.", StringComparison.Ordinal) || name.Contains(".out.", StringComparison.Ordinal) || name.Contains(".attention.", StringComparison.Ordinal));

    private static Parameter[] Parameters(IRankingModel model, Func<string, bool> which) => [.. model.Parameters.Where(p => which(p.Key)).Select(p => p.Value)];

    private List<Chunk> TakeStep(Chunk[] chunks, ref int at)
    {
        var step = new List<Chunk>();
        for (var requests = 0; at < chunks.Length && requests < options.RequestsPerStep; requests += step[^1].Requests.Count)
        {
            step.Add(chunks[at++]);
        }

        return step;
    }

    private void SetRate(AdamW optimizer, double done)
    {
        var rate = done < options.WarmUp
            ? Math.Max(LowestRate, done / options.WarmUp)
            : LowestRate + ((1 - LowestRate) * 0.5 * (1 + Math.Cos(Math.PI * (done - options.WarmUp) / (1 - options.WarmUp))));
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate * options.LearningRate;
        }
    }
}
