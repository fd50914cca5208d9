using System.Globalization;
using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>
/// How the quality of LONGER grows with what it computes: one axis at a time around a base, on the same requests, steps and learning rate.
/// The axes are those of the paper's table 2 (merge, InnerTrans, queries) and figure 4 (length).
/// </summary>
public sealed class ScalingStudy
{
    /// <summary>How often the base is fitted again, each time with the next seed.</summary>
    public const int OtherSeeds = 2;

    private readonly TrainingSet _set;
    private readonly ScalingOptions _options;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<Sample> _train;
    private readonly IReadOnlyList<Sample> _test;

    /// <summary>A study of one data set.</summary>
    /// <param name="set">The data.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="time">For the seconds.</param>
    /// <exception cref="ArgumentException">The shape has more self-causal layers than one.</exception>
    public ScalingStudy(TrainingSet set, ScalingOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MostRequests, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.Shape.SelfLayers, 1);
        (_set, _options, _time) = (set, options, time);
        var split = RequestSplit.Of(set, new SplitRule { ValidationShare = 0 });
        _train = [.. split.Train.TakeLast(options.MostRequests)];
        _test = split.Test;
        Points = [.. Rows(options.Shape, options.Shape.For(set))];
    }

    /// <summary>Windows that are measured, in events, as far as histories reach.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];

    /// <summary>Merges that are measured, with InnerTrans and without.</summary>
    public static IReadOnlyList<int> GroupSizes { get; } = [1, 4, 8];

    /// <summary>Query counts that are measured, recent and uniform.</summary>
    public static IReadOnlyList<int> QueryCounts { get; } = [25, 50, 100, 250];

    /// <summary>The rows, to be measured one by one in this order; the first is the base.</summary>
    public IReadOnlyList<ScalingPoint> Points { get; }

    /// <summary>Requests that every row is fitted on.</summary>
    public int TrainRequests => _train.Count;

    /// <summary>Requests that every row is measured on.</summary>
    public int TestRequests => _test.Count;

    /// <summary>Fits and measures a row.</summary>
    /// <param name="point">One of <see cref="Points"/>.</param>
    /// <param name="beside">The measured base; null for the base itself.</param>
    /// <param name="progress">Hears how far it is, 0 to 1.</param>
    /// <param name="cancellationToken">Ends it between steps.</param>
    /// <exception cref="TrainingException">The fit does not get on: see <see cref="Trainer"/>.</exception>
    public ScalingRow Measure(ScalingPoint point, ScalingRow? beside, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var options = _options.Fit with { Seed = point.Seed };
        var fit = BestFit.Of(
            () => new LongerModule(point.Config, ModelInitializer.Random(point.Config, point.Seed)) { UsesCrossFeatures = _options.CrossFeatures, Queries = point.Queries },
            [options.LearningRate],
            _train,
            validation: [],
            options,
            _time,
            progress,
            cancellationToken);
        using var module = fit.Module;
        var predictions = Predictions.ByTorch(module, _test, options, cancellationToken);
        return new(
            point,
            [.. predictions.Select((scored, task) => new ScalingMetrics(
                RankingMetrics.Of(scored),
                Bootstrap.AucInterval(scored),
                beside is null ? null : Bootstrap.AucDifference(scored, beside.Predictions[task])))],
            _test.Average(sample => Math.Min(sample.Request.HistoryEvents, point.Config.MaxEvents)),
            module.ParameterCount,
            fit.Seconds)
        {
            Predictions = predictions,
        };
    }

    private IEnumerable<ScalingPoint> Rows(ModelShape shape, LongerConfig whole)
    {
        var seed = _options.Fit.Seed;
        yield return new(
            ScalingSeries.Base, Text($"base: L {whole.MaxEvents:N0}, K {whole.GroupSize}, k {whole.RecentGroups}"), whole, QueryChoice.Recent, seed);
        foreach (var other in Enumerable.Range(seed + 1, OtherSeeds))
        {
            yield return new(ScalingSeries.Seed, Text($"base, seed {other}"), whole, QueryChoice.Recent, other);
        }

        foreach (var events in Lengths.Where(events => events < whole.MaxEvents))
        {
            yield return new(ScalingSeries.Length, Text($"L {events:N0}"), (shape with { MaxEvents = events }).For(_set), QueryChoice.Recent, seed);
        }

        foreach (var inner in new[] { true, false })
        {
            foreach (var size in GroupSizes.Where(size => !inner || size != whole.GroupSize))
            {
                var merged = (shape with { GroupSize = size, InnerLayers = inner ? Math.Max(1, shape.InnerLayers) : 0 }).For(_set);
                yield return new(
                    inner ? ScalingSeries.Merge : ScalingSeries.PlainMerge, Text($"K {size}, {(inner ? "InnerTrans" : "plain")}"), merged, QueryChoice.Recent, seed);
            }
        }

        foreach (var queries in QueryCounts.Where(k => k <= whole.VisibleGroups && k != whole.RecentGroups))
        {
            yield return new(ScalingSeries.RecentQueries, Text($"k {queries}, recent"), whole with { RecentGroups = queries }, QueryChoice.Recent, seed);
        }

        foreach (var queries in QueryCounts.Where(k => k < whole.VisibleGroups))
        {
            yield return new(ScalingSeries.UniformQueries, Text($"k {queries}, uniform"), whole with { RecentGroups = queries }, QueryChoice.Uniform, seed);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
