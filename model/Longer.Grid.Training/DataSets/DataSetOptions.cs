namespace Longer.Grid.Training;

/// <summary>Which files make a data set, and how requests are found in them.</summary>
public sealed record DataSetOptions
{
    /// <summary>Files of events, at least one.</summary>
    public required IReadOnlyList<string> EventFiles { get; init; }

    /// <summary>Files of impressions; none means that requests come from the events themselves.</summary>
    public IReadOnlyList<string> ImpressionFiles { get; init; } = [];

    /// <summary>What their columns mean.</summary>
    public required DataSchema Schema { get; init; }

    /// <summary>How negatives are drawn where nobody recorded any.</summary>
    public NegativeSampling Negatives { get; init; } = new();
}
