namespace Longer.Grid.Training;

/// <summary>How well logits order and foretell what came.</summary>
/// <param name="Auc">Chance that a positive is ranked above a negative, ties counting half; NaN without one of either.</param>
/// <param name="UserAuc">Mean of the same within each user who has both.</param>
/// <param name="UsersWithBoth">How many users that mean is over.</param>
/// <param name="LogLoss">Mean binary cross-entropy of sigmoid(logit), in nats.</param>
/// <param name="Samples">Labelled candidates.</param>
/// <param name="Positives">Those that came true.</param>
public sealed record RankingMetrics(double Auc, double UserAuc, int UsersWithBoth, double LogLoss, int Samples, int Positives)
{
    /// <summary>Measures.</summary>
    public static RankingMetrics Of(IReadOnlyList<ScoredCandidate> scored)
    {
        var byUser = scored.GroupBy(s => s.UserId, StringComparer.Ordinal).Select(user => AucOf([.. user])).Where(auc => !double.IsNaN(auc)).ToArray();
        return new(
            AucOf(scored),
            byUser.Length > 0 ? byUser.Average() : double.NaN,
            byUser.Length,
            LogLossOf(scored),
            scored.Count,
            scored.Count(s => s.Label));
    }

    /// <summary>Mean binary cross-entropy of sigmoid(logit), in nats; NaN of nothing.</summary>
    public static double LogLossOf(IReadOnlyList<ScoredCandidate> scored) => scored.Count > 0 ? scored.Average(Loss) : double.NaN;

    /// <summary>
    /// Area under the ROC curve by ranks, tied predictions sharing their mean rank; NaN without a positive or a negative, or where a logit is no number.
    /// </summary>
    public static double AucOf(IReadOnlyList<ScoredCandidate> scored)
    {
        if (scored.Any(s => float.IsNaN(s.Logit)))
        {
            return double.NaN;
        }

        var sorted = scored.OrderBy(s => s.Logit).ToArray();
        var (positives, rankSum) = (0L, 0.0);
        for (var from = 0; from < sorted.Length;)
        {
            var until = from;
            var positivesHere = 0;
            while (until < sorted.Length && sorted[until].Logit == sorted[from].Logit)
            {
                positivesHere += sorted[until++].Label ? 1 : 0;
            }

            rankSum += positivesHere * ((from + until + 1) / 2.0); // Ranks from 1.
            positives += positivesHere;
            from = until;
        }

        var negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0 ? double.NaN : (rankSum - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }

    // log(1 + e^x) without overflow, x being the logit against the label.
    private static double Loss(ScoredCandidate scored)
    {
        double x = scored.Label ? -scored.Logit : scored.Logit;
        return Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
    }
}
