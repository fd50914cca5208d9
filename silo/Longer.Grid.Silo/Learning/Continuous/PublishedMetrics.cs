using System.Text;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>The <c>metrics.json</c> of a version that continuous training publishes.</summary>
internal static class PublishedMetrics
{
    /// <summary>Makes it.</summary>
    /// <param name="state">That the version is published from.</param>
    /// <param name="usesOutcomes">Whether labels come from outcomes rather than from actions.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="tested">What was measured before any of it was trained on.</param>
    /// <param name="report">What fitting did since the version before.</param>
    public static ModelMetrics Of(TrainingState state, bool usesOutcomes, LongerConfig config, Tested tested, TrainingReport report)
    {
        var since = state.SinceParent;
        return new()
        {
            Tasks = config.Tasks.Zip(tested.New).ToDictionary(task => task.First, task => RankingMetrics.Of(task.Second)),
            Source = usesOutcomes ? SampleSource.ReportedOutcomes : SampleSource.Outcomes,
            TrainRequests = (int)since.Requests,
            TestRequests = tested.Samples.Count,
            TrainFromMs = since.FromMs ?? 0,
            TestFromMs = tested.Samples.Min(sample => sample.Request.AtMs),
            TestToMs = tested.Samples.Max(sample => sample.Request.AtMs),
            TrainSeconds = since.Seconds,
            Report = report,
            Parameters = TensorCatalog.Of(config).Sum(tensor => tensor.Elements),
            Lineage = new()
            {
                Parent = state.Parent!,
                Events = since.Events,
                Requests = since.Requests,
                Samples = since.Labels,
                FromMs = since.FromMs,
                ToMs = since.ToMs,
                Seconds = since.Seconds,
                TotalEvents = state.Total.Events,
                ParentLogLoss = tested.ActiveLogLoss,
            },
        };
    }

    /// <summary>As text.</summary>
    public static string ToText(this ModelMetrics metrics) => Encoding.UTF8.GetString(metrics.ToJson());
}
