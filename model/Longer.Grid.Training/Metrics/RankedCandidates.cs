namespace Longer.Grid.Training;

/// <summary>Candidates sorted once, whose AUC is then computed for any number of draws of users in one pass each.</summary>
internal sealed class RankedCandidates
{
    private readonly int[] _users;
    private readonly bool[] _labels;
    private readonly bool[] _tiesWithNext;
    private readonly bool _isNumber;

    /// <param name="scored">Predictions.</param>
    /// <param name="userOf">Number of each one's user, from 0.</param>
    public RankedCandidates(IReadOnlyList<ScoredCandidate> scored, int[] userOf)
    {
        int[] order = [.. Enumerable.Range(0, scored.Count).OrderBy(i => scored[i].Logit)];
        _users = Array.ConvertAll(order, i => userOf[i]);
        _labels = Array.ConvertAll(order, i => scored[i].Label);
        _tiesWithNext = [.. order.Select((i, rank) => rank + 1 < order.Length && scored[i].Logit == scored[order[rank + 1]].Logit)];
        _isNumber = !scored.Any(s => float.IsNaN(s.Logit));
    }

    /// <summary>What <see cref="RankingMetrics.AucOf"/> finds where each user's candidates occur so many times.</summary>
    /// <param name="times">By the user's number.</param>
    public double Auc(int[] times)
    {
        var (positives, negatives, ordered) = (0L, 0L, 0.0);
        for (var i = 0; i < _users.Length; i++)
        {
            var (positivesHere, negativesHere) = (0L, 0L);
            for (var more = true; more; i += more ? 1 : 0)
            {
                (positivesHere, negativesHere) = _labels[i] ? (positivesHere + times[_users[i]], negativesHere) : (positivesHere, negativesHere + times[_users[i]]);
                more = _tiesWithNext[i];
            }

            ordered += positivesHere * (negatives + (negativesHere / 2.0));
            (positives, negatives) = (positives + positivesHere, negatives + negativesHere);
        }

        return !_isNumber || positives == 0 || negatives == 0 ? double.NaN : ordered / ((double)positives * negatives);
    }
}
