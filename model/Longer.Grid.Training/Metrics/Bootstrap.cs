namespace Longer.Grid.Training;

/// <summary>How sure an AUC or a difference of two is: intervals over users drawn anew.</summary>
public static class Bootstrap
{
    /// <summary>The middle 95 % of AUC(a) - AUC(b), both over the same users and samples, users drawn with replacement.</summary>
    /// <param name="a">Predictions of one model.</param>
    /// <param name="b">Of the other, for the same candidates in the same order.</param>
    /// <param name="draws">How often users are drawn.</param>
    /// <param name="seed">Of the drawing.</param>
    /// <returns>The difference, and both ends of the interval; NaN where there is no AUC.</returns>
    public static (double Difference, double Low, double High) AucDifference(IReadOnlyList<ScoredCandidate> a, IReadOnlyList<ScoredCandidate> b, int draws = 1000, int seed = 1)
    {
        var users = Numbers(a);
        var (ranksOfA, ranksOfB) = (new RankedCandidates(a, users.OfCandidate), new RankedCandidates(b, users.OfCandidate));
        var (low, high) = Middle(users.Count, draws, seed, times => ranksOfA.Auc(times) - ranksOfB.Auc(times));
        return (RankingMetrics.AucOf(a) - RankingMetrics.AucOf(b), low, high);
    }

    /// <summary>The middle 95 % of the AUC over the same samples, users drawn with replacement.</summary>
    /// <param name="scored">Predictions.</param>
    /// <param name="draws">How often users are drawn.</param>
    /// <param name="seed">Of the drawing.</param>
    /// <returns>Both ends of the interval; NaN where there is no AUC.</returns>
    public static (double Low, double High) AucInterval(IReadOnlyList<ScoredCandidate> scored, int draws = 1000, int seed = 1)
    {
        var users = Numbers(scored);
        var ranks = new RankedCandidates(scored, users.OfCandidate);
        return Middle(users.Count, draws, seed, ranks.Auc);
    }

    /// <param name="users">How many there are.</param>
    /// <param name="draws">How often as many are drawn.</param>
    /// <param name="seed">Of the drawing.</param>
    /// <param name="measure">Takes how often each user was drawn.</param>
    private static (double Low, double High) Middle(int users, int draws, int seed, Func<int[], double> measure)
    {
        var random = new Random(seed);
        var (values, times) = (new double[draws], new int[users]);
        for (var d = 0; d < draws; d++)
        {
            Array.Clear(times);
            for (var i = 0; i < users; i++)
            {
                times[random.Next(users)]++;
            }

            values[d] = measure(times);
        }

        // A draw without a positive or a negative has no AUC and sorts below all others.
        Array.Sort(values);
        var (low, high) = (values[(int)(0.025 * draws)], values[(int)(0.975 * draws)]);
        return double.IsNaN(low) ? (low, low) : (low, high);
    }

    private static (int[] OfCandidate, int Count) Numbers(IReadOnlyList<ScoredCandidate> scored)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] ofCandidate = [.. scored.Select(s => numbers.TryGetValue(s.UserId, out var known) ? known : numbers[s.UserId] = numbers.Count)];
        return (ofCandidate, numbers.Count);
    }
}
