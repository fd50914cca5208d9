namespace Longer.Grid.Training;

/// <summary>Which columns of a file of events mean what.</summary>
/// <param name="User">Column of the user's id.</param>
/// <param name="Item">Column of the item's id.</param>
/// <param name="Action">Column of the action's name.</param>
/// <param name="At">Column of the event's time.</param>
/// <param name="Sides">Side features, in the order that a model is to have them.</param>
public sealed record EventColumns(string User, string Item, string Action, TimeColumn At, IReadOnlyList<NamedColumn> Sides);
