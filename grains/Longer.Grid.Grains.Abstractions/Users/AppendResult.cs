namespace Longer.Grid.Grains;

/// <summary>What became of a batch of events.</summary>
/// <param name="Accepted">Events that joined the history.</param>
/// <param name="Duplicates">Events that were there already and were dropped.</param>
/// <param name="UserEvents">Events ever accepted for this user.</param>
[GenerateSerializer, Immutable, Alias("longer.append-result")]
public sealed record AppendResult([property: Id(0)] int Accepted, [property: Id(1)] int Duplicates, [property: Id(2)] long UserEvents);
