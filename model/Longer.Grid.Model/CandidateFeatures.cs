namespace Longer.Grid.Model;

/// <summary>A candidate as the model reads it.</summary>
/// <param name="ItemKey">Key of the item.</param>
/// <param name="Sides">Side values by name; a name that is absent is a missing value, one that the model does not name is ignored.</param>
public readonly record struct CandidateFeatures(ulong ItemKey, IReadOnlyList<KeyValuePair<string, ulong>> Sides);
