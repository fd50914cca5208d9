namespace Longer.Grid.Grains;

/// <summary>What a training period did.</summary>
/// <param name="AtMs">When it ended, in Unix milliseconds.</param>
/// <param name="Result">In words: what was published, or why nothing was.</param>
/// <param name="Version">The version that it made; <see langword="null"/> where it made none.</param>
/// <param name="Events">Behaviours that it read.</param>
/// <param name="Requests">Requests that it trained on.</param>
/// <param name="TestedLabels">Labels that it measured on, none of them trained on yet.</param>
/// <param name="LogLoss">On those, of the new weights; <see langword="null"/> where nothing was measured.</param>
/// <param name="ActiveLogLoss">On those, of the version that was active.</param>
/// <param name="LabelsFrom"><c>outcomes</c> or <c>actions</c>.</param>
/// <param name="Seconds">Time that fitting took.</param>
/// <param name="TotalEvents">Behaviours that training has read in all.</param>
[GenerateSerializer, Immutable, Alias("longer.training-period")]
public sealed record TrainingPeriodReport(
    [property: Id(0)] long AtMs,
    [property: Id(1)] string Result,
    [property: Id(2)] string? Version,
    [property: Id(3)] long Events,
    [property: Id(4)] long Requests,
    [property: Id(5)] long TestedLabels,
    [property: Id(6)] double? LogLoss,
    [property: Id(7)] double? ActiveLogLoss,
    [property: Id(8)] string LabelsFrom,
    [property: Id(9)] double Seconds,
    [property: Id(10)] long TotalEvents);
