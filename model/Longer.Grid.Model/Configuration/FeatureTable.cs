namespace Longer.Grid.Model;

/// <summary>An embedding table named after the feature whose ids it is read with.</summary>
/// <param name="Name">Name of the side or profile feature, <c>[a-z][a-z0-9_]{0,63}</c>.</param>
/// <param name="Rows">Rows, at least 2: row 0 stands for a missing value.</param>
/// <param name="Dim">Width of a row.</param>
public sealed record FeatureTable(string Name, int Rows, int Dim);
