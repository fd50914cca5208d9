using System.Collections.Immutable;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>From the messages of the grid to what the model reads: ids become keys.</summary>
internal static class ModelEvents
{
    public static KeyedEvent Keyed(this BehaviorEvent e) => new(EntityKey.Of(e.ItemId), e.Action, e.AtMs, Keys(e.Features));

    public static EventIdentity Identity(this BehaviorEvent e) => new(EntityKey.Of(e.ItemId), e.Action, e.AtMs);

    public static CandidateFeatures Keyed(this Candidate candidate) => new(EntityKey.Of(candidate.ItemId), Keys(candidate.Features));

    public static UserFeatures Features(string userId, ImmutableArray<Feature> profile) =>
        new(EntityKey.Of(userId), profile.ToDictionary(f => f.Name, f => EntityKey.Of(f.Id), StringComparer.Ordinal));

    private static KeyValuePair<string, ulong>[] Keys(ImmutableArray<Feature> features)
    {
        if (features.IsDefaultOrEmpty)
        {
            return [];
        }

        var keys = new KeyValuePair<string, ulong>[features.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = new(features[i].Name, EntityKey.Of(features[i].Id));
        }

        return keys;
    }
}
