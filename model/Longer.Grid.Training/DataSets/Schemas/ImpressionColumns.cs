namespace Longer.Grid.Training;

/// <summary>Which columns of a file of impressions mean what: a row is one candidate of one request.</summary>
/// <param name="Request">Column of the id that a request's rows share.</param>
/// <param name="User">Column of the user's id.</param>
/// <param name="Item">Column of the candidate's id.</param>
/// <param name="At">Column of the request's time.</param>
/// <param name="Sides">The candidate's side features.</param>
/// <param name="Labels">One column for each task: 1, 0, or nothing where it is not known.</param>
public sealed record ImpressionColumns(
    string Request, string User, string Item, TimeColumn At, IReadOnlyList<NamedColumn> Sides, IReadOnlyList<NamedColumn> Labels);
