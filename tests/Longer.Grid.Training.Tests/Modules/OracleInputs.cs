using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Training.Tests;

/// <summary>Cases of the oracle as the samples that training reads.</summary>
internal static class OracleInputs
{
    public static LongerModule Module(this ModelPackage model) => new(model.Config, model.Weights);

    public static UserSamples Samples(this OracleCase it) =>
        new(it.User.UserId, it.User.Keyed(), it.History().Snapshot(), [it.Request()]);

    /// <summary>The case's request, seeing all of its events or the oldest some.</summary>
    public static Request Request(this OracleCase it, int? events = null) => new(
        $"at {it.AtMs}",
        it.AtMs,
        events ?? it.Events.Count,
        [.. it.Candidates.Select(c => new RequestCandidate(c.ItemId, [.. c.Sides]))],
        new float[it.Candidates.Count]);

    public static List<double> Scores(this LongerModule module, UserSamples user, IReadOnlyList<Request> requests, int together = 32) =>
        [.. new ModuleScorer(module, together).ScoreAsync(user, requests, CancellationToken.None).Result.SelectMany(l => l).Select(l => (double)l)];
}
