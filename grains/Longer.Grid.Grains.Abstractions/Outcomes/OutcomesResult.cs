namespace Longer.Grid.Grains;

/// <summary>What became of a batch of outcomes.</summary>
/// <param name="Accepted">Outcomes that are new.</param>
/// <param name="Duplicates">Outcomes that were there already, or stand in the batch before.</param>
[GenerateSerializer, Immutable, Alias("longer.outcomes-result")]
public sealed record OutcomesResult([property: Id(0)] int Accepted, [property: Id(1)] int Duplicates);
