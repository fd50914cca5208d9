using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>
/// Fits a model to requests as they come: each once, with an optimizer that goes on from slice to slice, and at one learning rate, since there is no end
/// that it could fall towards.
/// </summary>
public sealed class OnlineTrainer : IDisposable
{
    /// <summary>The first steps of an optimizer that knows no gradient yet are shorter.</summary>
    private const int WarmUpSteps = 50;

    private readonly LongerModule _module;
    private readonly AdamW _optimizer;
    private readonly TrainingOptions _options;
    private readonly TrainingSteps _steps;
    private readonly Trainer _order;
    private StepLog _log;

    private OnlineTrainer(LongerModule module, TrainingOptions options, TimeProvider time)
    {
        (_module, _options) = (module, options);
        _optimizer = new AdamW(module, options.WeightDecay);
        _steps = new TrainingSteps(module, _optimizer, options, time);
        _order = new Trainer(options, time);
        _log = new StepLog(module, options.LearningRate);
    }

    /// <summary>The model's shape.</summary>
    public LongerConfig Config => _module.Config;

    /// <summary>The model as it is now. Not during <see cref="Train"/>.</summary>
    public LongerModule Module => _module;

    /// <summary>Goes on from a model's weights.</summary>
    public static OnlineTrainer From(LongerConfig config, ModelWeights weights, TrainingOptions options, TimeProvider time) => new(new LongerModule(config, weights), options, time);

    /// <summary>Goes on from a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another format.</exception>
    public static OnlineTrainer Read(Stream checkpoint, TrainingOptions options, TimeProvider time)
    {
        using var file = new CheckpointReader(checkpoint);
        var trainer = From(file.Config, file.Weights, options, time);
        try
        {
            file.ReadInto(trainer._optimizer);
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Writes weights and moments: who reads them goes on as this one would.</summary>
    /// <exception cref="ModelFormatException">A weight is not finite.</exception>
    public void Write(Stream checkpoint) => CheckpointWriter.Write(checkpoint, Config, _module.ToWeights(), _optimizer);

    /// <summary>Trains once on each request of a slice.</summary>
    /// <returns>Steps that were dropped, with whose requests they were of.</returns>
    /// <exception cref="TrainingException">Steps are dropped one after the other: the weights are of no use any more.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the model stays as far as it came.</exception>
    public IReadOnlyList<DroppedStep> Train(IReadOnlyList<Sample> slice, CancellationToken cancellationToken)
    {
        var users = TrainedUser.Of(Config, slice);
        _log.Of(users);
        var before = _log.Dropped.Count;

        // By the steps taken, so that who goes on from a checkpoint goes the same way.
        var spans = _order.Spans(users, new Random(HashOf(_options.Seed, _optimizer.Steps)));
        for (var at = 0; at < spans.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rate = _options.LearningRate * Math.Min(1, (_optimizer.Steps + 1.0) / WarmUpSteps);
            _steps.Take(_order.TakeStep(spans, ref at), rate, _log);
        }

        return [.. _log.Dropped.Skip(before)];
    }

    /// <summary>What was done since the last report.</summary>
    public TrainingReport TakeReport()
    {
        var report = _log.Report();
        _log = new StepLog(_module, _options.LearningRate);
        return report;
    }

    private static int HashOf(int seed, int steps) => unchecked((seed * 486_187_739) + steps);

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _module.Dispose();
    }
}
