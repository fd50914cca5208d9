namespace Longer.Grid.Gateway;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Path">
/// Where: a JSON path in the body (<c>$.candidates[3].itemId</c>), a query parameter (<c>?limit</c>), a segment of the path
/// (<c>{id}</c>), a header's name, or a part of a form (<c>part weights</c>).
/// </param>
/// <param name="Detail">What was found there.</param>
/// <param name="Accepted">What would have been taken.</param>
internal sealed record FieldProblem(string Path, string Detail, string Accepted);
