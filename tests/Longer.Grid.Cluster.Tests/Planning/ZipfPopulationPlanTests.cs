using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

public sealed class ZipfPopulationPlanTests
{
    // 0 asks for all alike; 1 is where the integral is a logarithm.
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(1.3)]
    public void Sums_in_blocks_are_those_of_every_rank(double exponent)
    {
        const int Users = 200_000;
        var population = new ZipfPopulation(Users, exponent);
        var weights = Enumerable.Range(1, Users).Select(rank => Math.Pow(rank, -exponent)).ToArray();
        var all = weights.Sum();

        Assert.Equal(1, population.Sum(share => share), 1e-9);
        Assert.Equal(Users, population.Sum(_ => 1), 1e-6);
        Assert.Equal(1 / all, population.BusiestShare, 1e-6 / all);
        var expected = weights.Sum(weight => 1 - Math.Exp(-weight / all * 50_000));
        Assert.Equal(expected, population.Sum(share => 1 - Math.Exp(-share * 50_000)), expected * 1e-4);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(1.3)]
    public void Draws_come_as_often_as_the_shares_say(double exponent)
    {
        const int Draws = 200_000;
        var population = new ZipfPopulation(50, exponent);
        var random = new Random(1);
        var seen = new int[50];
        for (var i = 0; i < Draws; i++)
        {
            seen[population.Draw(random)]++;
        }

        var all = Enumerable.Range(1, 50).Sum(rank => Math.Pow(rank, -exponent));
        for (var rank = 1; rank <= 50; rank++)
        {
            var expected = Math.Pow(rank, -exponent) / all * Draws;
            Assert.InRange(seen[rank - 1], expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }
}
