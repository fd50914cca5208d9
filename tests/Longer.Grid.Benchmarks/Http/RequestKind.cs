namespace Longer.Grid.Benchmarks;

/// <summary>What a request of a load asks for.</summary>
internal enum RequestKind
{
    /// <summary>Scores.</summary>
    Score,

    /// <summary>An event to be kept.</summary>
    Append,

    /// <summary>Nothing: what HTTP on this machine costs, with the load generator beside it.</summary>
    Ping,
}
