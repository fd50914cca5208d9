namespace Longer.Grid.Model;

/// <summary>One behaviour as the model reads it: keys and a time, without the strings they came from.</summary>
/// <param name="ItemKey">Key of the item (<see cref="EntityKey"/>).</param>
/// <param name="Action">Name of the action.</param>
/// <param name="AtMs">Unix milliseconds.</param>
/// <param name="Sides">Side values by name; a name that is absent is a missing value.</param>
public readonly record struct KeyedEvent(ulong ItemKey, string Action, long AtMs, IReadOnlyList<KeyValuePair<string, ulong>> Sides)
{
    /// <summary>What two events must share to be one event sent twice (DESIGN.md section 4).</summary>
    public EventIdentity Identity => new(ItemKey, Action, AtMs);
}
