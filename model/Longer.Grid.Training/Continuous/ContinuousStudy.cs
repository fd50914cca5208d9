using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>What it is worth to keep learning: one model is fitted to the earlier part of time and frozen; its twin goes on, and each part of the later time is measured before it is trained on.</summary>
/// <param name="set">The data.</param>
/// <param name="config">The model's shape.</param>
/// <param name="options">How.</param>
/// <param name="time">For budgets.</param>
public sealed class ContinuousStudy(TrainingSet set, LongerConfig config, ContinuousStudyOptions options, TimeProvider time)
{
    /// <summary>Fits the first model, then measures part by part.</summary>
    /// <param name="progress">Hears of the first fit.</param>
    /// <param name="part">Hears of each part.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>All parts together.</returns>
    /// <exception cref="DataSetException">There are fewer requests than parts.</exception>
    /// <exception cref="TrainingException">A fit does not get on.</exception>
    public ContinuousRow Run(IProgress<TrainingProgress>? progress, Action<ContinuousRow> part, CancellationToken cancellationToken)
    {
        var split = RequestSplit.Of(set, new SplitRule { TestShare = options.LaterShare, ValidationShare = 0 });
        if (split.Test.Count < options.Parts)
        {
            throw new DataSetException($"{split.Test.Count} later requests are too few for {options.Parts} parts");
        }

        using var frozen = new LongerModule(config, ModelInitializer.Random(config, options.First.Seed));
        new Trainer(options.First, time).Fit(frozen, split.Train, progress, cancellationToken);
        using var goesOn = OnlineTrainer.From(config, frozen.ToWeights(), options.Online, time);
        var (allFrozen, allOn) = (new List<ScoredCandidate>(), new List<ScoredCandidate>());
        foreach (var samples in split.Test.Chunk((split.Test.Count + options.Parts - 1) / options.Parts))
        {
            var (one, other) = (All(frozen, samples, cancellationToken), All(goesOn.Module, samples, cancellationToken));
            part(Row(samples, one, other));
            allFrozen.AddRange(one);
            allOn.AddRange(other);
            foreach (var slice in samples.Chunk(options.Slice))
            {
                goesOn.Train(slice, cancellationToken);
            }
        }

        return Row(split.Test, allFrozen, allOn);
    }

    private List<ScoredCandidate> All(LongerModule module, IReadOnlyList<Sample> samples, CancellationToken cancellationToken) =>
        [.. Predictions.ByTorch(module, samples, options.Online, cancellationToken).SelectMany(task => task)];

    private static ContinuousRow Row(IReadOnlyList<Sample> samples, List<ScoredCandidate> frozen, List<ScoredCandidate> goesOn) => new(
        samples[0].Request.AtMs,
        samples.Count,
        RankingMetrics.LogLossOf(frozen),
        RankingMetrics.LogLossOf(goesOn),
        RankingMetrics.AucOf(frozen),
        RankingMetrics.AucOf(goesOn),
        Bootstrap.AucDifference(goesOn, frozen));
}

/// <summary>How <see cref="ContinuousStudy"/> goes about it.</summary>
public sealed record ContinuousStudyOptions
{
    /// <summary>Share of the requests that are later than the first fit. Default 0.5.</summary>
    public double LaterShare { get; init; } = 0.5;

    /// <summary>Parts of the later time. Default 10.</summary>
    public int Parts { get; init; } = 10;

    /// <summary>Requests that are trained on together. Default 256, as in a grid.</summary>
    public int Slice { get; init; } = 256;

    /// <summary>The first fit.</summary>
    public TrainingOptions First { get; init; } = new();

    /// <summary>What follows it.</summary>
    public TrainingOptions Online { get; init; } = new() { LearningRate = 2e-4 };
}

/// <summary>One part of the later time, or all of it. Metrics are over the labels of all tasks.</summary>
/// <param name="FromMs">Time of its first request, in Unix milliseconds.</param>
/// <param name="Requests">Requests.</param>
/// <param name="FrozenLogLoss">Mean log loss of the frozen model.</param>
/// <param name="LogLoss">Of the one that goes on, before it is trained on any of these.</param>
/// <param name="FrozenAuc">AUC of the frozen model.</param>
/// <param name="Auc">Of the one that goes on.</param>
/// <param name="AucGain">The difference, with the middle 95 % over users drawn anew.</param>
public sealed record ContinuousRow(
    long FromMs, int Requests, double FrozenLogLoss, double LogLoss, double FrozenAuc, double Auc, (double Difference, double Low, double High) AucGain);
