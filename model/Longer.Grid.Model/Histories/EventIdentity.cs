namespace Longer.Grid.Model;

/// <summary>What two events must share to be one event sent twice (DESIGN.md section 4).</summary>
/// <param name="ItemKey">Key of the item.</param>
/// <param name="Action">Name of the action.</param>
/// <param name="AtMs">Unix milliseconds.</param>
public readonly record struct EventIdentity(ulong ItemKey, string Action, long AtMs);
