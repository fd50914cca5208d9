namespace Longer.Grid.Grains;

/// <summary>What came of an item in one task.</summary>
/// <param name="Task">Name of the task, 1 to 64 bytes of UTF-8 without control characters; the model need not know it.</param>
/// <param name="IsPositive">Whether it happened: the label 1.</param>
[GenerateSerializer, Immutable, Alias("longer.outcome-label")]
public readonly record struct OutcomeLabel([property: Id(0)] string Task, [property: Id(1)] bool IsPositive);
