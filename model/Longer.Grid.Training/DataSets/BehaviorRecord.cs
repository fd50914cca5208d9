using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>One behaviour as a file or a simulator gives it, before it joins a history.</summary>
/// <param name="UserId">Whose it is, 1 to 256 bytes of UTF-8.</param>
/// <param name="ItemId">The item, 1 to 256 bytes of UTF-8.</param>
/// <param name="Action">What the user did, 1 to 256 bytes of UTF-8.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="Sides">Side values by name; a missing value is left out.</param>
public sealed record BehaviorRecord(string UserId, string ItemId, string Action, long AtMs, IReadOnlyList<KeyValuePair<string, string>> Sides)
{
    /// <summary>What two events of one user must share to be one event sent twice.</summary>
    public EventIdentity Identity => new(EntityKey.Of(ItemId), Action, AtMs);

    /// <summary>The same behaviour as the model reads it.</summary>
    public KeyedEvent ToKeyed() => new(EntityKey.Of(ItemId), Action, AtMs, Keys(Sides));

    internal static IReadOnlyList<KeyValuePair<string, ulong>> Keys(IReadOnlyList<KeyValuePair<string, string>> sides)
    {
        if (sides.Count == 0)
        {
            return [];
        }

        var keys = new KeyValuePair<string, ulong>[sides.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = new(sides[i].Key, EntityKey.Of(sides[i].Value));
        }

        return keys;
    }
}
