using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>Compares a version with the one whose place it takes.</summary>
internal sealed class Guard(GuardOptions options)
{
    /// <summary>
    /// How many standard errors two means are apart at least: with fewer, as few scores as <see cref="GuardOptions.Least"/> allows would now and then
    /// be that far apart by chance.
    /// </summary>
    private const double StandardErrors = 3;

    /// <summary>What is wrong with a version, with both figures; <see langword="null"/> where nothing is, or too little is known.</summary>
    /// <param name="version">The version's.</param>
    /// <param name="other">That of the version it is compared with.</param>
    public string? Reason(ModelTally version, ModelTally other)
    {
        if (Apart(options.ErrorRate, version.Failed, other.Failed) > 0)
        {
            return Told("error rate", options.ErrorRate, version.Failed, other.Failed, "scores");
        }

        foreach (var (task, its, others) in version.Tasks.Join(other.Tasks, its => its.Task, others => others.Task, (its, others) => (its.Task, its, others), StringComparer.Ordinal))
        {
            if (Apart(options.LogLoss, its.LogLoss, others.LogLoss) > 0)
            {
                return Told($"log loss of {task}", options.LogLoss, its.LogLoss, others.LogLoss, "labels");
            }

            if (Apart(options.Drift, its.Predicted, others.Predicted) != 0)
            {
                return Told($"mean score of {task}", options.Drift, its.Predicted, others.Predicted, "scores");
            }
        }

        return null;
    }

    /// <summary>The sum of what silos counted of a version.</summary>
    public static ModelTally Sum(string version, IEnumerable<ModelTally> tallies)
    {
        var of = tallies.Where(tally => tally.Version == version).ToList();
        return new(
            version,
            of.Aggregate(default(Moments), (sum, tally) => sum + tally.Failed),
            [
                .. of.SelectMany(tally => tally.Tasks).GroupBy(task => task.Task, StringComparer.Ordinal).Select(task => task.Aggregate(
                    new TaskTally(task.Key, default, default), (sum, more) => new(sum.Task, sum.Predicted + more.Predicted, sum.LogLoss + more.LogLoss))),
            ]);
    }

    /// <summary>How far a mean is above (or, negative, below) another one, where that is further than allowed and no chance; else 0.</summary>
    private double Apart(double? allowed, Moments its, Moments others)
    {
        if (allowed is not { } most || its.Count < options.Least || others.Count < options.Least)
        {
            return 0;
        }

        var apart = its.Mean - others.Mean;
        return Math.Abs(apart) > most && Math.Abs(apart) > StandardErrors * Math.Sqrt(its.VarianceOfMean + others.VarianceOfMean) ? apart : 0;
    }

    private static string Told(string what, double? allowed, Moments its, Moments others, string values) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what} {its.Mean:0.####} against {others.Mean:0.####} of the version it was compared with; allowed are {allowed:0.####} apart ({its.Count:N0} and {others.Count:N0} {values})");
}
