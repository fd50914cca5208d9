namespace Longer.Grid.Training;

/// <summary>How a column writes a moment.</summary>
public enum TimeUnit
{
    /// <summary>Whole Unix seconds; <c>s</c> in a schema.</summary>
    Seconds,

    /// <summary>Whole Unix milliseconds; <c>ms</c> in a schema.</summary>
    Milliseconds,

    /// <summary>ISO 8601 with an offset or <c>Z</c>; <c>iso</c> in a schema.</summary>
    Iso,
}
