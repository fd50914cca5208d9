using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>A case of the oracle as the inputs that serving and training read.</summary>
public static class EngineInputs
{
    /// <summary>An event with its ids as keys.</summary>
    public static KeyedEvent Keyed(this OracleEvent it) => new(EntityKey.Of(it.ItemId), it.Action, it.AtMs, Keys(it.Sides));

    /// <summary>A candidate with its ids as keys.</summary>
    public static CandidateFeatures Keyed(this OracleCandidate it) => new(EntityKey.Of(it.ItemId), Keys(it.Sides));

    /// <summary>All candidates of a case.</summary>
    public static IReadOnlyList<CandidateFeatures> KeyedCandidates(this OracleCase it) => [.. it.Candidates.Select(Keyed)];

    /// <summary>A user with its ids as keys; a new instance each time.</summary>
    public static UserFeatures Keyed(this OracleUser it) => new(EntityKey.Of(it.UserId), Keys(it.Profile).ToDictionary());

    /// <summary>A history that holds the kept events of a case and goes on from there.</summary>
    public static EventHistory History(this OracleCase it)
    {
        var history = new EventHistory(it.FirstOrdinal);
        foreach (var kept in it.Events)
        {
            history.Append(kept.Keyed());
        }

        return history;
    }

    private static KeyValuePair<string, ulong>[] Keys(IReadOnlyDictionary<string, string> values) =>
        [.. values.Select(value => KeyValuePair.Create(value.Key, EntityKey.Of(value.Value)))];
}
