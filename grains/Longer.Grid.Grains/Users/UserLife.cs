using System.Collections.Frozen;
using System.Collections.Immutable;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>
/// A user as one activation knows it: the newest events by column, the newest segment as it is stored, and the right to write. It is
/// always what the store has committed.
/// </summary>
internal sealed class UserLife
{
    private readonly string _userId;

    /// <summary>The newest segment where it is not full: the next events are written into it.</summary>
    private StoredSegment? _open;

    /// <summary>The largest time among the kept events that are not in memory; as long as they were not looked at, there could be any.</summary>
    private long _olderNewestMs = long.MinValue;
    private (long Ordinal, long AtMs)? _oldest;

    /// <summary>The store is known to hold no segment before this one.</summary>
    private long _firstSegment;

    private UserLife(string userId, long? epoch, ImmutableArray<Feature> profile, IReadOnlySet<string> sides)
    {
        _userId = userId;
        Sides = sides;
        Epoch = epoch;
        SetProfile(profile);
    }

    /// <summary>What writes carry; <see langword="null"/> while there is nothing of the user, until the next write takes the user over.</summary>
    public long? Epoch { get; }

    /// <summary>The newest events, in memory.</summary>
    public EventHistory History { get; private set; } = new();

    public ImmutableArray<Feature> Profile { get; private set; } = [];

    /// <summary>What the model reads of the user; another instance after each change of the profile.</summary>
    public UserFeatures Features { get; private set; } = null!;

    /// <summary>The side features that are in memory: those that a model reads. All others are in the store alone.</summary>
    public IReadOnlySet<string> Sides { get; }

    /// <summary>How many of the newest events are in memory if the store has as many: fewer mean that it has no more.</summary>
    public long Reach { get; private set; } = long.MaxValue;

    /// <summary>Whether the events came from another silo's memory, not from the store.</summary>
    public bool WasCarried { get; private init; }

    /// <summary>Whether this is all of the user, and not only the right to write.</summary>
    public bool IsRead { get; private init; } = true;

    /// <summary>Memory of the events, spare capacity counted.</summary>
    public long HostBytes => History.Bytes + (_open?.Events.Length ?? 0);

    public bool IsEmptyOfEvents => History.NextOrdinal == 0;

    public bool IsEmpty => IsEmptyOfEvents && Profile.IsEmpty;

    /// <summary>The oldest kept event; <see langword="null"/> where it is in the store alone, and <see cref="LookBackAsync"/> has not read it.</summary>
    public (long Ordinal, long AtMs)? Oldest => _oldest ?? (History is { Count: > 0, FirstOrdinal: 0 } ? (0, History.Snapshot().AtMs(0)) : null);

    public UserInput Input => new(History.Snapshot(), Features);

    /// <summary>A user of whom there is nothing.</summary>
    public static UserLife OfNothing(string userId) => new(userId, epoch: null, [], FrozenSet<string>.Empty);

    /// <summary>A user whose events and profile were not read: enough for what replaces them, and for nothing else.</summary>
    public static UserLife TakenOver(string userId, UserHead head) => new(userId, head.Epoch, [], FrozenSet<string>.Empty) { History = new EventHistory(head.NextOrdinal), IsRead = false };

    /// <summary>Reads at least the newest events that are asked for, or all there are, with the side features that are asked for.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="UserUnreadableException">What it holds is damaged; the segment is named.</exception>
    public static async Task<UserLife> LoadAsync(IBehaviorStore store, string userId, UserHead head, long keep, IReadOnlySet<string> sides)
    {
        var life = new UserLife(userId, head.Epoch, StoredEvents.ReadProfile(userId, head.Profile), sides) { Reach = keep };
        if (head.NextOrdinal == 0)
        {
            return life;
        }

        var (from, to) = (Math.Max(0, head.NextOrdinal - keep) / StoredSegment.Capacity, (head.NextOrdinal - 1) / StoredSegment.Capacity);
        var segments = await store.ReadSegmentsAsync(userId, from, to);
        var expected = segments.Count > 0 ? segments[0].FirstOrdinal : 0;
        life.History = new EventHistory(expected, segments.Sum(segment => segment.Count));
        life._olderNewestMs = expected == 0 ? long.MinValue : long.MaxValue;
        foreach (var segment in segments)
        {
            if (segment.FirstOrdinal != expected)
            {
                throw StoredEvents.Unreadable(userId, segment.Number, $"it begins at ordinal {segment.FirstOrdinal}; expected is {expected}");
            }

            StoredEvents.Unpack(userId, segment).AppendTo(life.History, life.Sides);
            life._open = OpenOne(segment);
            expected += segment.Count;
        }

        return expected == head.NextOrdinal
            ? life
            : throw StoredEvents.Unreadable(userId, to, $"the segments end at ordinal {expected}; the head says {head.NextOrdinal}");
    }

    /// <summary>Finds the oldest kept event. Only while no write is under way.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="UserUnreadableException">What it holds is damaged; the segment is named.</exception>
    public async Task LookBackAsync(IBehaviorStore store)
    {
        if (!IsEmptyOfEvents && Oldest is null)
        {
            var segment = await store.ReadOldestSegmentAsync(_userId) ?? throw StoredEvents.Unreadable(_userId, 0, "it is not there, and no other is");
            _oldest = (segment.FirstOrdinal, StoredEvents.Read(_userId, segment)[0].AtMs);
        }
    }

    /// <summary>A user that came from another silo.</summary>
    public static UserLife Arrived(string userId, UserHead head, CarriedUser carried)
    {
        var life = new UserLife(userId, head.Epoch, StoredEvents.ReadProfile(userId, head.Profile), carried.SideNames) { Reach = carried.Reach, History = carried.ToHistory(), WasCarried = true };
        life._open = carried.Open is { } open ? new StoredSegment(open.Number, open.FirstOrdinal, open.Count, open.Events) : null;
        life._olderNewestMs = carried.FirstOrdinal == 0 ? long.MinValue : long.MaxValue;
        return life;
    }

    /// <summary>What of the user another silo would have to read from the store. Not of a user of whom there is nothing.</summary>
    public CarriedUser Carry() => CarriedUser.Of(Epoch!.Value, History.Snapshot(), Sides, _open, Reach);

    /// <summary>Whether all that a model reads of the events is in memory.</summary>
    public bool Has(LongerConfig config) =>
        History.NextOrdinal == 0
        || ((History.FirstOrdinal == 0 || Reach >= config.RetainedEvents) && config.Sides.All(side => Sides.Contains(side.Name)));

    /// <summary>The kept events before those in memory, as far as repeats are looked for; none where no event of a batch can be one of them.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="UserUnreadableException">What it holds is damaged; the segment is named.</exception>
    public async Task<IReadOnlyList<EventIdentity>> OlderAsync(IBehaviorStore store, ImmutableArray<BehaviorEvent> batch)
    {
        var (from, to) = (Math.Max(0, History.NextOrdinal - EventIntake.DuplicateWindow), History.FirstOrdinal);
        if (from >= to || batch.Min(e => e.AtMs) > _olderNewestMs)
        {
            return [];
        }

        var older = new List<EventIdentity>();
        foreach (var segment in await store.ReadSegmentsAsync(_userId, from / StoredSegment.Capacity, (to - 1) / StoredSegment.Capacity))
        {
            older.AddRange(StoredEvents.Read(_userId, segment).Where((_, i) => segment.FirstOrdinal + i < to).Select(e => e.Identity()));
        }

        _olderNewestMs = older.Count > 0 ? older.Max(e => e.AtMs) : long.MinValue;
        return older;
    }

    /// <summary>Whether the store has no segment left before this one, as far as is known.</summary>
    public bool IsTrimmedTo(long firstSegment) => _firstSegment >= firstSegment;

    /// <summary>The segments as they are once these events have joined: the newest one rewritten, and those after it.</summary>
    /// <param name="events">At least one.</param>
    /// <exception cref="UserUnreadableException">The newest one is damaged, in memory.</exception>
    public IReadOnlyList<StoredSegment> SegmentsWith(IReadOnlyList<BehaviorEvent> events) =>
        _open is { } open ? Segments([.. StoredEvents.Read(_userId, open), .. events], open.FirstOrdinal) : Segments(events, History.NextOrdinal);

    /// <summary>The segments of a history that has only these events.</summary>
    /// <inheritdoc cref="SegmentsWith"/>
    public static IReadOnlyList<StoredSegment> SegmentsOf(IReadOnlyList<BehaviorEvent> events) => Segments(events, 0);

    /// <summary>Takes committed events in.</summary>
    /// <param name="events">At least one.</param>
    /// <param name="segments">As <see cref="SegmentsWith"/> made them.</param>
    /// <param name="keep">How many events stay in memory.</param>
    /// <param name="firstSegment">The oldest that the store has kept.</param>
    public void Append(IReadOnlyList<BehaviorEvent> events, IReadOnlyList<StoredSegment> segments, long keep, long firstSegment)
    {
        Take(events);
        _open = OpenOne(segments[^1]);
        TrimToStore(firstSegment);

        // With some slack, so that not every append moves the columns, and less than they have, so that they never grow for it.
        if (History.Count > keep + (keep / 64))
        {
            _oldest ??= Oldest;
            var history = History.Snapshot();
            for (var ordinal = history.FirstOrdinal; ordinal < history.NextOrdinal - keep; ordinal++)
            {
                _olderNewestMs = Math.Max(_olderNewestMs, history.AtMs(ordinal));
            }

            History.TrimToNewest((int)keep);
            Reach = keep;
        }
    }

    /// <summary>Takes a committed history in place of the one there was.</summary>
    /// <inheritdoc cref="Append"/>
    public void Replace(IReadOnlyList<BehaviorEvent> events, IReadOnlyList<StoredSegment> segments, long keep, long firstSegment)
    {
        History = new EventHistory();
        _oldest = null;
        Reach = long.MaxValue;
        (_open, _olderNewestMs, _firstSegment) = (null, long.MinValue, 0);
        if (events.Count > 0)
        {
            Append(events, segments, keep, firstSegment);
        }
    }

    /// <exception cref="ArgumentException">A name stands in it twice.</exception>
    public void SetProfile(ImmutableArray<Feature> profile)
    {
        Profile = profile;
        Features = ModelEvents.Features(_userId, profile);
    }

    private static List<StoredSegment> Segments(IReadOnlyList<BehaviorEvent> events, long firstOrdinal) =>
        [.. events.Chunk(StoredSegment.Capacity)
            .Select((chunk, i) => (Chunk: chunk, First: firstOrdinal + (i * StoredSegment.Capacity)))
            .Select(segment => new StoredSegment(segment.First / StoredSegment.Capacity, segment.First, segment.Chunk.Length, SegmentCodec.Write(segment.Chunk)))];

    /// <summary>What the store has no more is not in memory either: a user is the same before and after a restart.</summary>
    private void TrimToStore(long firstSegment)
    {
        _firstSegment = Math.Max(_firstSegment, firstSegment);
        var first = _firstSegment * StoredSegment.Capacity;
        if (_oldest is { } oldest && oldest.Ordinal < first)
        {
            _oldest = null;
        }

        if (History.FirstOrdinal < first)
        {
            // Reach stays: what there is in memory is as much of what the store has as before.
            History.TrimToNewest((int)(History.NextOrdinal - first));
        }
    }

    private static StoredSegment? OpenOne(StoredSegment segment) => segment.Count < StoredSegment.Capacity ? segment : null;

    private void Take(IReadOnlyList<BehaviorEvent> events)
    {
        foreach (var e in events)
        {
            History.Append(e.Keyed(Sides));
        }
    }
}
