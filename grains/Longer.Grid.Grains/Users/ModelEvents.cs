using System.Collections.Immutable;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>From the messages of the grid to what the model reads: ids become keys.</summary>
internal static class ModelEvents
{
    /// <summary>An event with those of its features that a model reads.</summary>
    public static KeyedEvent Keyed(this BehaviorEvent e, IReadOnlySet<string> sides) =>
        new(EntityKey.Of(e.ItemId), e.Action, e.AtMs, Keys(e.Features.IsDefault ? [] : e.Features.RemoveAll(feature => !sides.Contains(feature.Name))));

    public static EventIdentity Identity(this BehaviorEvent e) => new(EntityKey.Of(e.ItemId), e.Action, e.AtMs);

    public static CandidateFeatures Keyed(this Candidate candidate) => new(EntityKey.Of(candidate.ItemId), Keys(candidate.Features));

    public static UserFeatures Features(string userId, ImmutableArray<Feature> profile) =>
        new(EntityKey.Of(userId), profile.ToDictionary(f => f.Name, f => EntityKey.Of(f.Id), StringComparer.Ordinal));

    /// <summary>Refuses features of which two have one name, before anything is written.</summary>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public static void RefuseRepeatedNames(ImmutableArray<BehaviorEvent> events)
    {
        foreach (var e in events)
        {
            RefuseRepeatedNames(e.Features);
        }
    }

    /// <inheritdoc cref="RefuseRepeatedNames(ImmutableArray{BehaviorEvent})"/>
    public static void RefuseRepeatedNames(ImmutableArray<Feature> features)
    {
        for (var i = 1; i < (features.IsDefault ? 0 : features.Length); i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (features[i].Name == features[j].Name)
                {
                    throw new ArgumentException($"The feature {features[i].Name} stands twice; accepted is each name once.", nameof(features));
                }
            }
        }
    }

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
