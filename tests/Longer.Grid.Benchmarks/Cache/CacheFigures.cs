namespace Longer.Grid.Benchmarks;

/// <summary>What one way to answer a request costs.</summary>
/// <param name="Way">Which.</param>
/// <param name="Events">L.</param>
/// <param name="Candidates">C.</param>
/// <param name="Seconds">One request of one caller.</param>
/// <param name="RequestsPerSecond">Of all callers.</param>
/// <param name="CachedOverThis">Requests of the cache for each of this way, by round.</param>
public sealed record CacheFigures(string Way, int Events, int Candidates, Spread Seconds, double RequestsPerSecond, Spread CachedOverThis);
