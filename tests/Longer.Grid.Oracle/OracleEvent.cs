namespace Longer.Grid.Oracle;

/// <summary>One behaviour, with ids as text.</summary>
/// <param name="ItemId">The item; integers are written in decimal.</param>
/// <param name="Action">Name of the action, known to the model or not.</param>
/// <param name="AtMs">Unix milliseconds.</param>
/// <param name="Sides">Side values by name; a name that is absent is a missing value.</param>
public sealed record OracleEvent(string ItemId, string Action, long AtMs, IReadOnlyDictionary<string, string> Sides);
