using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>One row of <see cref="ScalingStudy"/> that is yet to be measured.</summary>
/// <param name="Series">What is different from the base.</param>
/// <param name="Name">The same in words, with the value.</param>
/// <param name="Config">The model's shape.</param>
/// <param name="Queries">Which groups are read after the first layer.</param>
/// <param name="Seed">Of the first weights and of the order of requests.</param>
public sealed record ScalingPoint(ScalingSeries Series, string Name, LongerConfig Config, QueryChoice Queries, int Seed)
{
    /// <summary>Candidates of the request that floating-point operations are counted of.</summary>
    public const int Candidates = 100;

    /// <summary>
    /// Floating-point operations (<see cref="LongerFlops"/>) of a request with <see cref="Candidates"/> candidates for a user who fills the window, from
    /// nothing: the state and the scores.
    /// </summary>
    public long ColdFlops => LongerFlops.Prefill(Config, Config.MaxEvents) + LongerFlops.Score(Config, Config.MaxEvents, Candidates) - Saved;

    /// <summary>The same with the state at hand; null for queries of which no state can be kept.</summary>
    public long? WarmFlops => Queries == QueryChoice.Recent ? LongerFlops.Score(Config, Config.MaxEvents, Candidates) : null;

    /// <summary>
    /// What older queries spare: group g, counted from the window's first, has only g + 1 groups to look back on in layer 0, at 4·D operations each. With
    /// one self-causal layer, which is what the study has, that is all that the choice changes.
    /// </summary>
    private long Saved
    {
        get
        {
            if (Queries == QueryChoice.Recent)
            {
                return 0;
            }

            var (groups, k) = (Config.VisibleGroups, Config.RecentGroups);
            return 4L * Config.ModelDim * Enumerable.Range(groups - k, k).Zip(UniformGroups.Of(0, groups - 1, k), (recent, uniform) => recent - uniform).Sum();
        }
    }
}
