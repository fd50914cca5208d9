namespace Longer.Grid.Benchmarks;

/// <summary>A load on a grid.</summary>
/// <param name="Rate">Requests a second, at random moments (Poisson).</param>
/// <param name="Duration">How long.</param>
/// <param name="Users">How many; the k-th is asked for in proportion to 1/k (Zipf).</param>
/// <param name="Events">Events of each before the load.</param>
/// <param name="Candidates">C of a score.</param>
/// <param name="Appends">Share of the requests that append an event. A tenth of the rest asks for nothing.</param>
internal sealed record LoadPlan(double Rate, TimeSpan Duration, int Users, int Events, int Candidates, double Appends)
{
    private const double Pings = 0.1;

    /// <summary>When each request is to be sent, of which user, and what it asks for. The same seed gives the same ones.</summary>
    public IEnumerable<PlannedRequest> Requests(TimeSpan duration, int seed)
    {
        var random = new Random(seed);
        var shares = new double[Users];
        for (var (k, sum) = (0, 0.0); k < Users; k++)
        {
            shares[k] = sum += 1.0 / (k + 1);
        }

        for (var at = Next(random); at < duration.TotalSeconds; at += Next(random))
        {
            var found = Array.BinarySearch(shares, random.NextDouble() * shares[^1]);
            yield return new(TimeSpan.FromSeconds(at), Math.Min(found < 0 ? ~found : found, Users - 1), Kind(random));
        }
    }

    private RequestKind Kind(Random random) =>
        random.NextDouble() < Appends ? RequestKind.Append : random.NextDouble() < Pings ? RequestKind.Ping : RequestKind.Score;

    private double Next(Random random) => -Math.Log(1 - random.NextDouble()) / Rate;
}
