using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>What became of the scores that a version was asked for.</summary>
/// <param name="Version">The version.</param>
/// <param name="Failed">A value a request: 1 where the model or its engine failed, or gave no number, 0 where it answered. What the caller or too much load is to blame for is no value.</param>
/// <param name="Tasks">By task.</param>
[GenerateSerializer, Immutable, Alias("longer.model-tally")]
public sealed record ModelTally([property: Id(0)] string Version, [property: Id(1)] Moments Failed, [property: Id(2)] ImmutableArray<TaskTally> Tasks);

/// <summary>What a version said of one task.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Predicted">A value an answered request: the mean of its candidates' scores.</param>
/// <param name="LogLoss">A value a label that came of a score: -ln of what was predicted for it.</param>
[GenerateSerializer, Immutable, Alias("longer.task-tally")]
public sealed record TaskTally([property: Id(0)] string Task, [property: Id(1)] Moments Predicted, [property: Id(2)] Moments LogLoss);
