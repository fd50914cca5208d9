using CsCheck;

namespace Longer.Grid.Model.Tests;

/// <summary>DESIGN.md section 4: a batch is sorted by time, and what the newest kept events or the batch hold already is dropped.</summary>
public sealed class EventIntakeTests
{
    [Fact]
    public void Any_batch_joins_as_one_event_at_a_time_would() =>
        Gen.Int[0, 1_000_000].Sample(
            seed =>
            {
                var random = new Random(seed);
                var first = random.Next(2) * random.Next(20);
                var kept = new List<KeyedEvent>();
                var history = new EventHistory(first);
                for (var batches = 0; batches < 4; batches++)
                {
                    var batch = Enumerable.Range(0, random.Next(30)).Select(_ => Event(random)).ToList();
                    var accepted = EventIntake.Accept(history.Snapshot(), batch, e => e.Identity);

                    Assert.Equal(Naive(kept, batch), accepted);
                    kept.AddRange(accepted);
                    accepted.ForEach(e => history.Append(e));

                    // The same batch again adds nothing: a caller may send it twice.
                    Assert.Empty(EventIntake.Accept(history.Snapshot(), batch, e => e.Identity));
                }
            },
            iter: 1_000);

    [Fact]
    public void Events_of_one_instant_keep_the_order_they_came_in()
    {
        KeyedEvent[] batch = [new(3, "play", 5, []), new(1, "play", 5, []), new(9, "play", 4, []), new(2, "play", 5, [])];

        Assert.Equal([9UL, 3UL, 1UL, 2UL], EventIntake.Accept(HistorySnapshot.Empty, batch, e => e.Identity).Select(e => e.ItemKey));
    }

    [Fact]
    public void An_event_older_than_the_newest_kept_one_is_appended_all_the_same()
    {
        var history = new EventHistory();
        history.Append(new(1, "play", 1_000, []));

        Assert.Single(EventIntake.Accept(history.Snapshot(), [new KeyedEvent(1, "play", 500, [])], e => e.Identity));
    }

    // Item, action and time make an event; its side values do not.
    [Fact]
    public void Side_values_do_not_make_another_event()
    {
        KeyedEvent[] batch = [new(1, "play", 5, []), new(1, "play", 5, [new("artist", 3)]), new(1, "skip", 5, []), new(2, "play", 5, []), new(1, "play", 6, [])];

        Assert.Equal([batch[0], batch[2], batch[3], batch[4]], EventIntake.Accept(HistorySnapshot.Empty, batch, e => e.Identity));
    }

    // The window is 16,384 events up to the one that joins: the event 16,384 before it is seen, the one before that is not.
    [Theory]
    [InlineData(16_383, 0)]
    [InlineData(16_384, 1)]
    public void A_repeat_is_found_among_the_newest_16384_events(int since, int accepted)
    {
        var history = new EventHistory();
        history.Append(new(7, "play", 1_000, []));
        for (var i = 0; i < since; i++)
        {
            history.Append(new(8, "play", 2_000 + i, []));
        }

        Assert.Equal(accepted, EventIntake.Accept(history.Snapshot(), [new KeyedEvent(7, "play", 1_000, [])], e => e.Identity).Count);
    }

    // Those of the batch included: enough events of its own push an old one out.
    [Fact]
    public void The_batch_itself_moves_the_window()
    {
        var history = new EventHistory();
        history.Append(new(7, "play", 1_000, []));
        var batch = Enumerable.Range(0, 16_384).Select(i => new KeyedEvent(8, "play", 900 - i, [])).Append(new(7, "play", 1_000, [])).ToList();

        Assert.Equal(16_385, EventIntake.Accept(history.Snapshot(), batch, e => e.Identity).Count);
        Assert.Equal(16_383, EventIntake.Accept(history.Snapshot(), batch[1..], e => e.Identity).Count);
    }

    private static List<KeyedEvent> Naive(List<KeyedEvent> kept, List<KeyedEvent> batch)
    {
        var all = new List<KeyedEvent>(kept);
        foreach (var added in batch.OrderBy(e => e.AtMs))
        {
            if (!all.Any(e => e.ItemKey == added.ItemKey && e.Action == added.Action && e.AtMs == added.AtMs))
            {
                all.Add(added);
            }
        }

        return all[kept.Count..];
    }

    private static KeyedEvent Event(Random random) => new((ulong)random.Next(3), random.Next(2) == 0 ? "play" : "skip", random.Next(12), []);
}
