namespace Longer.Grid.Oracle;

/// <summary>An item to score, with ids as text.</summary>
/// <param name="ItemId">The item; integers are written in decimal.</param>
/// <param name="Sides">Side values by name; a name that is absent is a missing value.</param>
public sealed record OracleCandidate(string ItemId, IReadOnlyDictionary<string, string> Sides);
