namespace Longer.Grid.Training;

/// <summary>Users' histories and the labelled requests on them: what models are trained and measured on.</summary>
public sealed record TrainingSet
{
    /// <summary>Every user that has an event or a request, in the order of their first appearance.</summary>
    public required IReadOnlyList<UserSamples> Users { get; init; }

    /// <summary>Names of the tasks; a request's labels have a column for each, in this order.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Actions that occur, the most frequent first.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Side features that the schema names, in its order.</summary>
    public required IReadOnlyList<SideValues> Sides { get; init; }

    /// <summary>Different items among events and candidates: what to size the item table by.</summary>
    public required int DistinctItems { get; init; }

    /// <summary>
    /// For each task the actions that say yes to an item, where the labels are read off the events; no entry where they come from elsewhere, or
    /// where every action does.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> PositiveActions { get; init; } = new Dictionary<string, IReadOnlySet<string>>();

    /// <summary>Where the labels come from.</summary>
    public required SampleSource Source { get; init; }

    /// <summary>Every request of every user, in time order; requests of one instant in the users' order.</summary>
    public IReadOnlyList<Sample> SamplesByTime() =>
        [.. Users.SelectMany(user => user.Requests.Select(request => new Sample(user, request))).OrderBy(sample => sample.Request.AtMs)];
}
