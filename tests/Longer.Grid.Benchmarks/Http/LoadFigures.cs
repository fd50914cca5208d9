namespace Longer.Grid.Benchmarks;

/// <summary>What a load met with.</summary>
/// <param name="AchievedRate">Answers a second, from the first intended send to the last answer.</param>
/// <param name="Failures">Requests that were refused or failed.</param>
/// <param name="Cold">Scores that had to compute a state first.</param>
/// <param name="Latencies">By kind of request.</param>
internal sealed record LoadFigures(double AchievedRate, int Failures, int Cold, IReadOnlyList<Latencies> Latencies);

/// <summary>How long requests of one kind took, in seconds.</summary>
/// <param name="What">The kind.</param>
/// <param name="Requests">How many.</param>
/// <param name="Median">Half took at most this.</param>
/// <param name="Percentile90">90 % did.</param>
/// <param name="Percentile99">99 % did.</param>
/// <param name="Percentile999">99.9 % did.</param>
/// <param name="Most">All did.</param>
internal sealed record Latencies(string What, long Requests, double Median, double Percentile90, double Percentile99, double Percentile999, double Most);
