namespace Longer.Grid.Silo;

/// <summary>Users that are asked for by Zipf's law: the k-th busiest in proportion to k to the power of minus s. Sums and draws take no memory by users.</summary>
internal sealed class ZipfPopulation
{
    /// <summary>Ranks that stand alone in sums; those after them go in blocks whose users are within a hundredth of each other in rank.</summary>
    private const int Alone = 1024;
    private const double BlockGrowth = 1.01;

    private readonly (double Users, double Share)[] _blocks;
    private readonly double _exponent;
    private readonly double _first;
    private readonly double _last;
    private readonly double _squeeze;

    /// <summary>Makes a population.</summary>
    /// <param name="users">At least 1.</param>
    /// <param name="exponent">s: 0 asks for all alike; at least 0.</param>
    public ZipfPopulation(long users, double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(users);
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        (Users, _exponent) = (users, exponent);
        _first = Integral(1.5) - 1;
        _last = Integral(users + 0.5);
        _squeeze = 2 - InverseIntegral(Integral(2.5) - Weight(2));
        _blocks = Blocks();
    }

    /// <summary>How many.</summary>
    public long Users { get; }

    /// <summary>The busiest user's share of the requests.</summary>
    public double BusiestShare => _blocks[0].Share;

    /// <summary>Sums over all users a function of their share of the requests.</summary>
    public double Sum(Func<double, double> ofShare) => _blocks.Sum(block => block.Users * ofShare(block.Share));

    /// <summary>Draws the user of a request.</summary>
    /// <returns>A rank from 0, the busiest, to <see cref="Users"/> - 1.</returns>
    /// <remarks>By rejection-inversion (Hoermann and Derflinger, 1996): no table, and seldom a second try.</remarks>
    public long Draw(Random random)
    {
        while (true)
        {
            var area = _last + (random.NextDouble() * (_first - _last));
            var at = InverseIntegral(area);
            var rank = Math.Clamp((long)(at + 0.5), 1, Users);
            if (rank - at <= _squeeze || area >= Integral(rank + 0.5) - Weight(rank))
            {
                return rank - 1;
            }
        }
    }

    private (double Users, double Share)[] Blocks()
    {
        var blocks = new List<(double Users, double Weight)>();
        for (var from = 1L; from <= Users;)
        {
            var upTo = Math.Min(Users, from <= Alone ? from : (long)(from * BlockGrowth));
            double users = upTo - from + 1;
            blocks.Add((users, users == 1 ? Weight(from) : (Integral(upTo + 0.5) - Integral(from - 0.5)) / users));
            from = upTo + 1;
        }

        var all = blocks.Sum(block => block.Users * block.Weight);
        return [.. blocks.Select(block => (block.Users, block.Weight / all))];
    }

    private double Weight(double rank) => Math.Pow(rank, -_exponent);

    /// <summary>The weight's integral from 1; where s is nearly 1, as the logarithm that it becomes.</summary>
    private double Integral(double x) => Math.Abs(1 - _exponent) < 1e-6 ? Math.Log(x) : (Math.Pow(x, 1 - _exponent) - 1) / (1 - _exponent);

    private double InverseIntegral(double y) => Math.Abs(1 - _exponent) < 1e-6
        ? Math.Exp(y)
        : Math.Pow(Math.Max(0, 1 + (y * (1 - _exponent))), 1 / (1 - _exponent));
}
