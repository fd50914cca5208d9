using Longer.Grid.Benchmarks;

namespace Longer.Grid.Cluster.Tests;

/// <summary>The load generator sends what it says.</summary>
public sealed class LoadPlanTests
{
    private static readonly LoadPlan Plan = new(Rate: 200, TimeSpan.FromSeconds(100), Users: 50, Events: 10, Candidates: 5, Appends: 0.3);

    [Fact]
    public void Requests_come_at_the_rate_in_order_and_the_same_again_for_the_same_seed()
    {
        var requests = Plan.Requests(Plan.Duration, seed: 1).ToList();

        // Twenty thousand Poisson arrivals: four standard deviations are 566.
        Assert.InRange(requests.Count, 19_400, 20_600);
        Assert.Equal(requests.Select(r => r.At).Order(), requests.Select(r => r.At));
        Assert.InRange(requests[^1].At, TimeSpan.FromSeconds(99), Plan.Duration);
        Assert.Equal(requests, Plan.Requests(Plan.Duration, seed: 1));
        Assert.NotEqual(requests, Plan.Requests(Plan.Duration, seed: 2));
        Assert.InRange(requests.Count(r => r.Kind == RequestKind.Append) / (double)requests.Count, 0.28, 0.32);
        Assert.InRange(requests.Count(r => r.Kind == RequestKind.Ping) / (double)requests.Count, 0.06, 0.08);
    }

    [Fact]
    public void Gaps_are_those_of_independent_arrivals_and_not_of_a_clock()
    {
        var at = Plan.Requests(Plan.Duration, seed: 3).Select(r => r.At.TotalSeconds).ToList();
        var gaps = at.Zip(at.Skip(1), (a, b) => b - a).ToList();

        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));
        Assert.Equal(1, deviation / mean, 0.05);
    }

    [Fact]
    public void Users_are_asked_for_by_Zipfs_law()
    {
        var counts = Plan.Requests(Plan.Duration, seed: 4).GroupBy(r => r.User).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(Enumerable.Range(0, Plan.Users), counts.Keys.Order());
        Assert.Equal(2, counts[0] / (double)counts[1], 0.25);
        Assert.Equal(10, counts[0] / (double)counts[9], 2.0);
    }

    [Fact]
    public void A_spread_is_the_middle_and_the_tenths()
    {
        var spread = Spread.Of([5, 1, 4, 2, 3, 11, 6, 8, 7, 9, 10]);

        Assert.Equal(new Spread(6, 2, 10), spread);
        Assert.Equal(new Spread(3, 3, 3), Spread.Of([3]));
    }
}
