namespace Longer.Grid.Silo;

/// <summary>One number of a plan.</summary>
/// <param name="Key">Its name for programs; it does not change.</param>
/// <param name="Title">Its name for readers.</param>
/// <param name="Value">In the unit that the key names.</param>
/// <param name="Text">For readers, with its unit.</param>
/// <param name="How">What it was computed from, as they would write it down.</param>
internal sealed record PlanFigure(string Key, string Title, double Value, string Text, string How);
