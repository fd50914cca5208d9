namespace Longer.Grid.Grains;

/// <summary>A statement and its values; every parameter stands in it as <c>@name</c>.</summary>
internal readonly record struct SqlStatement(string Text, params (string Name, object Value)[] Parameters);
