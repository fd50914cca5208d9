namespace Longer.Grid.Gateway;

/// <summary>What a request may hold. The same numbers stand in the OpenAPI document.</summary>
public static class GatewayLimits
{
    /// <summary>Candidates of one score: 1 to this many.</summary>
    public const int Candidates = 2_000;

    /// <summary>Events of one batch: 1 to this many.</summary>
    public const int Events = 10_000;

    /// <summary>Outcomes of one batch: 1 to this many. Its body is one of those that <see cref="GatewayOptions.BodyLimitBytes"/> is for.</summary>
    public const int Outcomes = 1_000;

    /// <summary>Items of one outcome: 1 to this many, as many as one score has candidates.</summary>
    public const int OutcomeItems = Candidates;

    /// <summary>Labels of one item: 1 to this many.</summary>
    public const int Labels = 64;

    /// <summary>Bytes of UTF-8 in an id or an action: 1 to this many.</summary>
    public const int IdBytes = 256;

    /// <summary>Bytes in the first line of a request, its path and query included: at most this many.</summary>
    public const int RequestLineBytes = 64 << 10;

    /// <summary>Bytes of UTF-8 in the name of a feature or a task: 1 to this many.</summary>
    public const int NameBytes = 64;

    /// <summary>Features of one event, candidate or profile: at most this many.</summary>
    public const int Features = 64;

    /// <summary>Different feature names in one body: at most this many, because the grid keeps a column for each. So for tasks.</summary>
    public const int FeatureNames = 256;

    /// <summary>Longest <c>timeoutMs</c>: ten minutes.</summary>
    public const int TimeoutMs = 600_000;

    /// <summary>Events of one page of history: 1 to this many.</summary>
    public const int HistoryPage = 1_000;

    /// <summary>Events of one page of history where the caller names no number.</summary>
    public const int DefaultHistoryPage = 100;

    /// <summary>Users of a hundred that a version may be activated for: 1 to all of them.</summary>
    public const int Percent = 100;

    /// <summary>The earliest time of an event or a score, in Unix milliseconds: 1990-01-01T00:00:00Z.</summary>
    public const long EarliestAtMs = 631_152_000_000;

    /// <summary>How far ahead of the gateway's clock a time may lie, in milliseconds: one day.</summary>
    public const long AheadMs = 86_400_000;
}
