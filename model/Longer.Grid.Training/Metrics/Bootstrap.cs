namespace Longer.Grid.Training;

/// <summary>How sure a difference is: an interval over users drawn anew.</summary>
public static class Bootstrap
{
    /// <summary>The middle 95 % of AUC(a) - AUC(b), both over the same users and samples, users drawn with replacement.</summary>
    /// <param name="a">Predictions of one model.</param>
    /// <param name="b">Of the other, for the same candidates in the same order.</param>
    /// <param name="draws">How often users are drawn.</param>
    /// <param name="seed">Of the drawing.</param>
    /// <returns>The difference, and both ends of the interval.</returns>
    public static (double Difference, double Low, double High) AucDifference(IReadOnlyList<ScoredCandidate> a, IReadOnlyList<ScoredCandidate> b, int draws = 1000, int seed = 1)
    {
        var random = new Random(seed);
        var users = Enumerable.Range(0, a.Count).GroupBy(i => a[i].UserId, StringComparer.Ordinal).Select(g => g.ToArray()).ToArray();
        var differences = new double[draws];
        for (var d = 0; d < draws; d++)
        {
            var drawn = Enumerable.Range(0, users.Length).SelectMany(_ => users[random.Next(users.Length)]).ToArray();
            differences[d] = RankingMetrics.AucOf([.. drawn.Select(i => a[i])]) - RankingMetrics.AucOf([.. drawn.Select(i => b[i])]);
        }

        Array.Sort(differences);
        return (RankingMetrics.AucOf(a) - RankingMetrics.AucOf(b), differences[(int)(0.025 * draws)], differences[(int)(0.975 * draws)]);
    }
}
