using System.Collections.Frozen;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>The host tier of a user on its way to another silo: what the store would have to be read for.</summary>
[GenerateSerializer, Immutable, Alias("longer.carried-user")]
internal sealed record CarriedUser
{
    /// <summary>Of the activation that owned the user: these are the user's events only if nobody else has since.</summary>
    [Id(8)]
    public required long Epoch { get; init; }

    /// <summary>Ordinal of the first event that comes along.</summary>
    [Id(0)]
    public required long FirstOrdinal { get; init; }

    /// <summary>Item keys, oldest first.</summary>
    [Id(1)]
    public required ulong[] Items { get; init; }

    /// <summary>Unix milliseconds, as many.</summary>
    [Id(2)]
    public required long[] TimesMs { get; init; }

    /// <summary>For each event which of <see cref="ActionNames"/> it has.</summary>
    [Id(3)]
    public required int[] Actions { get; init; }

    /// <summary>The actions there are.</summary>
    [Id(4)]
    public required string[] ActionNames { get; init; }

    /// <summary>The side features that are in memory, with each event's key.</summary>
    [Id(5)]
    public required Dictionary<string, ulong?[]> Sides { get; init; }

    /// <summary>The newest segment where it is not full.</summary>
    [Id(6)]
    public required CarriedSegment? Open { get; init; }

    /// <summary>How far back the events go where the store has more.</summary>
    [Id(7)]
    public required long Reach { get; init; }

    /// <summary>Events that the user ever had.</summary>
    public long NextOrdinal => FirstOrdinal + Items.Length;

    /// <summary>Takes a user's events along.</summary>
    public static CarriedUser Of(long epoch, HistorySnapshot history, IReadOnlySet<string> sides, StoredSegment? open, long reach)
    {
        var actionNames = new Dictionary<string, int>(StringComparer.Ordinal);
        var actions = new int[history.Count];
        for (var i = 0; i < actions.Length; i++)
        {
            var action = history.Action(history.FirstOrdinal + i);
            if (!actionNames.TryGetValue(action, out actions[i]))
            {
                actionNames.Add(action, actions[i] = actionNames.Count);
            }
        }

        return new CarriedUser
        {
            Epoch = epoch,
            FirstOrdinal = history.FirstOrdinal,
            Items = history.ItemKeys.ToArray(),
            TimesMs = history.CopyTimesMs(),
            Actions = actions,
            ActionNames = [.. actionNames.OrderBy(name => name.Value).Select(name => name.Key)],
            Sides = sides.ToDictionary(
                side => side, side => Enumerable.Range(0, actions.Length).Select(i => history.SideKey(side, history.FirstOrdinal + i)).ToArray(), StringComparer.Ordinal),
            Open = open is null ? null : new CarriedSegment(open.Number, open.FirstOrdinal, open.Count, open.Events),
            Reach = reach,
        };
    }

    /// <summary>The history again.</summary>
    public EventHistory ToHistory()
    {
        var history = new EventHistory(FirstOrdinal, Items.Length);
        for (var i = 0; i < Items.Length; i++)
        {
            history.Append(new KeyedEvent(
                Items[i],
                ActionNames[Actions[i]],
                TimesMs[i],
                [.. Sides.Where(side => side.Value[i] is not null).Select(side => KeyValuePair.Create(side.Key, side.Value[i]!.Value))]));
        }

        return history;
    }

    /// <summary>Names of the side features that came along.</summary>
    public IReadOnlySet<string> SideNames => Sides.Keys.ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>A <see cref="StoredSegment"/> on its way.</summary>
[GenerateSerializer, Immutable, Alias("longer.carried-segment")]
internal sealed record CarriedSegment([property: Id(0)] long Number, [property: Id(1)] long FirstOrdinal, [property: Id(2)] int Count, [property: Id(3)] byte[] Events);
