using CsCheck;
using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>The columns of a history against a plain list.</summary>
public sealed class EventHistoryTests
{
    private static readonly string[] Sides = ["artist", "tag", "shelf", "never"];

    private enum Step
    {
        Append,
        AppendMany,
        Trim,
        Snapshot,
        Prefix,
    }

    [Fact]
    public void Actions_of_more_names_than_a_byte_counts_keep_their_names_before_and_after_a_trim()
    {
        var history = new EventHistory();
        var early = new List<HistorySnapshot>();
        for (var i = 0; i < 700; i++)
        {
            history.Append(new KeyedEvent((ulong)i, $"action {i % 400}", i, []));
            if (i is 200 or 255 or 256 or 399)
            {
                early.Add(history.Snapshot());
            }
        }

        Assert.All(early.Append(history.Snapshot()), snapshot => Holds(snapshot));
        history.TrimToNewest(100);
        Holds(history.Snapshot());

        static void Holds(HistorySnapshot snapshot)
        {
            for (var ordinal = snapshot.FirstOrdinal; ordinal < snapshot.NextOrdinal; ordinal++)
            {
                Assert.Equal($"action {ordinal % 400}", snapshot.Action(ordinal));
            }
        }
    }

    [Fact]
    public void Ten_thousand_events_with_two_side_features_take_at_most_330_KB()
    {
        var history = new EventHistory();
        for (var i = 0; i < 10_000; i++)
        {
            history.Append(new KeyedEvent((ulong)i, $"action {i % 200}", 1_700_000_000_000 + i, [new("artist", (ulong)i), new("genre", (ulong)i)]));
            Assert.True(history.Bytes <= (33 * history.Count) + 1200, $"{history.Bytes} bytes at {history.Count} events");
        }

        Assert.InRange(history.Bytes, 1, 330_000);
    }

    // MODEL.md section 7: what the default model reads of a user with 10,000 visible events is 10,801. A longer life is trimmed to that
    // now and then, as the grain does it. A year holds seven changes of a time's upper bits.
    [Theory]
    [InlineData(10_801)]
    [InlineData(30_000)]
    public void The_retained_events_of_the_default_model_take_at_most_330_KB_however_long_the_life(int events)
    {
        const int Retained = 10_801;
        const long OverTenYears = 315_000_000_000;
        var history = new EventHistory();
        for (var i = 0; i < events; i++)
        {
            history.Append(new KeyedEvent((ulong)i, $"action {i % 200}", 1_400_000_000_000 + (i * (OverTenYears / events)), [new("artist", (ulong)i), new("genre", (ulong)i)]));
            if (history.Count > Retained + (Retained / 64))
            {
                history.TrimToNewest(Retained);
            }

            if (history.Count >= Retained)
            {
                Assert.InRange(history.Bytes, 1, 330_000);
            }
        }
    }

    [Theory]
    [InlineData(long.MinValue >> 16)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(uint.MaxValue)]
    [InlineData(1L << 32)]
    [InlineData(long.MaxValue >> 16)]
    public void A_time_comes_back_as_it_was(long atMs)
    {
        var history = new EventHistory();
        history.Append(new KeyedEvent(1, "a", atMs, []));

        Assert.Equal(atMs, history.Snapshot().AtMs(0));
    }

    // Snapshots of every age are checked at the end: later appends and trims may not show in them.
    [Fact]
    public void Any_sequence_of_appends_and_trims_looks_like_a_list() =>
        Gen.Int[0, 1_000_000].Sample(
            seed =>
            {
                var random = new Random(seed);
                var first = random.Next(3) == 0 ? random.Next(100) : 0;
                var naive = new NaiveHistory { Life = [.. Enumerable.Range(0, first).Select(_ => Event(random))], First = first };
                var history = new EventHistory(first);
                var taken = new List<(HistorySnapshot Snapshot, NaiveHistory Expected)>();
                for (var i = 0; i < 40; i++)
                {
                    switch ((Step)random.Next(5))
                    {
                        case Step.Append:
                            Append(1);
                            break;
                        case Step.AppendMany:
                            Append(random.Next(40));
                            break;
                        case Step.Trim:
                            var keep = random.Next(history.Count + 10);
                            history.TrimToNewest(keep);
                            naive.First = Math.Max(naive.First, naive.Life.Count - keep);
                            break;
                        case Step.Snapshot:
                            taken.Add((history.Snapshot(), naive.Copy()));
                            break;
                        default:
                            var count = random.Next(history.Count + 1);
                            var prefix = new NaiveHistory { Life = [.. naive.Life.Take(naive.First + count)], First = naive.First };
                            taken.Add((history.Snapshot().Prefix(count), prefix));
                            break;
                    }

                    Assert.Equal((naive.First, naive.Life.Count, naive.Life.Count - naive.First), (history.FirstOrdinal, history.NextOrdinal, history.Count));
                }

                naive.AssertIs(history.Snapshot(), Sides);
                taken.ForEach(t => t.Expected.AssertIs(t.Snapshot, Sides));

                void Append(int count)
                {
                    for (var n = 0; n < count; n++)
                    {
                        var added = Event(random);
                        history.Append(added);
                        naive.Life.Add(added);
                    }
                }
            },
            iter: 200);

    // Readers check old snapshots over and over while the one writer appends and trims.
    [Fact]
    public async Task A_snapshot_stays_as_it_was_while_the_writer_goes_on()
    {
        var random = new Random(7);
        var naive = new NaiveHistory();
        var history = new EventHistory();
        for (var i = 0; i < 100; i++)
        {
            Append();
        }

        var (snapshot, expected) = (history.Snapshot(), naive.Copy());
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            do
            {
                expected.AssertIs(snapshot, Sides);
            }
            while (!done.IsCancellationRequested);
        })).ToList();
        for (var i = 0; i < 20_000; i++)
        {
            Append();
            if (i % 100 == 0)
            {
                history.TrimToNewest(random.Next(50, 150));
            }
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);

        void Append()
        {
            var added = Event(random);
            history.Append(added);
            naive.Life.Add(added);
        }
    }

    [Fact]
    public void A_gap_is_the_bucket_of_the_seconds_since_the_predecessor()
    {
        var events = RandomHistories.Events(new Random(1), RandomModels.Config(new Random(1)), 200);
        var history = new OracleCase(new("u", new Dictionary<string, string>()), 50, events[50..], [], 0).History().Snapshot();

        for (var ordinal = 51; ordinal < 200; ordinal++)
        {
            Assert.Equal(OracleBuckets.OfSeconds(events[ordinal - 1].AtMs, events[ordinal].AtMs), history.GapBucket(ordinal));
        }

        // The first kept one's predecessor is gone, and its gap with it; a life's first event has none.
        Assert.Throws<ArgumentOutOfRangeException>(() => history.GapBucket(50));
        var young = new EventHistory();
        young.Append(Event(new Random(1)));
        Assert.Equal(0, young.Snapshot().GapBucket(0));
    }

    // By search: the first group whose events, and the predecessor of whose first, are all at or after the first kept ordinal.
    [Fact]
    public void The_first_whole_group_is_the_oldest_that_can_be_computed()
    {
        for (var groupSize = 1; groupSize <= 8; groupSize++)
        {
            for (var first = 0; first < 40; first++)
            {
                var expected = Enumerable.Range(0, 100).First(g => Enumerable.Range(g * groupSize, groupSize).All(o => o >= first && (o == 0 || o - 1 >= first)));

                Assert.Equal(expected, new EventHistory(first).Snapshot().FirstWholeGroup(groupSize));
            }
        }
    }

    [Fact]
    public void Ordinals_that_are_not_kept_are_refused()
    {
        var history = new EventHistory(5);
        history.Append(Event(new Random(1)));
        var snapshot = history.Snapshot();

        Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.ItemKey(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.AtMs(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.Action(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.SideKey("artist", 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.Prefix(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.Prefix(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => history.TrimToNewest(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventHistory(-1));
        Assert.Equal((0L, 0, 0L), (HistorySnapshot.Empty.FirstOrdinal, HistorySnapshot.Empty.Count, HistorySnapshot.Empty.NextOrdinal));
    }

    // A client that puts a number into the action's name makes as many names as events.
    [Fact]
    public void Every_event_may_have_an_action_of_its_own()
    {
        const int Count = 70_000;
        var history = new EventHistory();
        for (var i = 0; i < Count; i++)
        {
            history.Append(new KeyedEvent(1, $"watched {i} s", i, []));
        }

        var snapshot = history.Snapshot();

        history.TrimToNewest(Count / 2);
        foreach (var kept in new[] { snapshot, history.Snapshot() })
        {
            for (var ordinal = kept.FirstOrdinal; ordinal < kept.NextOrdinal; ordinal++)
            {
                Assert.Equal($"watched {ordinal} s", kept.Action(ordinal));
            }
        }
    }

    private static KeyedEvent Event(Random random) => new(
        (ulong)random.NextInt64(),
        $"action {random.Next(5)}",
        random.NextInt64(-1000, 2_000_000_000_000),
        [.. Sides[..3].Where(_ => random.Next(3) == 0).Select(side => KeyValuePair.Create(side, (ulong)random.Next(3)))]);
}
