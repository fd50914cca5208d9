namespace Longer.Grid.Training;

/// <summary>What the columns of data files mean: what a schema file says.</summary>
/// <remarks>
/// An instance is always valid: <see cref="DataSchemaJson"/> makes them, and checks. The schemas that ship with the project
/// stand under <c>docs/schemas</c>.
/// </remarks>
public sealed record DataSchema
{
    /// <summary>The columns of event files.</summary>
    public required EventColumns Events { get; init; }

    /// <summary>The columns of impression files, if there are such.</summary>
    public ImpressionColumns? Impressions { get; init; }

    /// <summary>
    /// Tasks whose labels are actions among the events; used when no impressions are given. Either each has negative actions, or there is
    /// one without any.
    /// </summary>
    public IReadOnlyList<TaskRule> Tasks { get; init; } = [];
}
