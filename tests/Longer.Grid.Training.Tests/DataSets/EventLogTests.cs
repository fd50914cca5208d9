using CsCheck;
using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

public sealed class EventLogTests
{
    // Few items and moments, so that repeats abound.
    private static readonly Gen<BehaviorRecord> AnyEvent =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 1], Gen.Int[0, 20], (u, i, a, t) => new BehaviorRecord($"u{u}", $"i{i}", a == 0 ? "add" : "mod", 1_000_000_000_000 + t, []));

    [Fact]
    public void A_users_events_are_in_time_order_without_repeats_and_the_report_counts_them()
    {
        var log = EventLog.Of([Event("u", "b", 2), Event("v", "a", 1), Event("u", "a", 1), Event("u", "b", 2), Event("u", "c", 2)]);

        Assert.Equal(["a", "b", "c"], log.Find("u")!.Events.Select(e => e.ItemId));
        Assert.Equal(["u", "v"], log.Users.Select(u => u.UserId));
        Assert.Equal(new IntakeReport(Rows: 5, Accepted: 4, Users: 2), log.Report);
        Assert.Equal("5 events read, 4 of 2 users accepted, 1 repeats dropped", log.Report.ToString());
    }

    [Fact]
    public void A_history_says_what_the_events_say()
    {
        var log = EventLog.Of([new("u", "7", "add", 5000, [new("dir", "src")]), new("u", "x", "mod", 1000, [])]);

        var history = log.Find("u")!.History;
        Assert.Equal([EntityKey.Of("x"), 7], history.ItemKeys.ToArray());
        Assert.Equal([1000, 5000], history.CopyTimesMs());
        Assert.Equal(["mod", "add"], [history.Action(0), history.Action(1)]);
        Assert.Equal([null, EntityKey.Of("src")], [history.SideKey("dir", 0), history.SideKey("dir", 1)]);
    }

    [Fact]
    public void Events_sent_to_a_grain_in_batches_of_any_size_are_all_accepted_in_their_order() =>
        Gen.Select(AnyEvent.List[0, 200], Gen.Int[1, 50]).Sample((rows, batchSize) =>
        {
            foreach (var user in EventLog.Of(rows).Users)
            {
                var grain = new EventHistory();
                foreach (var batch in user.Events.Chunk(batchSize))
                {
                    var kept = EventIntake.Accept(grain.Snapshot(), batch, e => e.Identity);
                    Assert.Equal(batch, kept);
                    kept.ForEach(e => grain.Append(e.ToKeyed()));
                }

                Assert.Equal(user.History.ItemKeys.ToArray(), grain.Snapshot().ItemKeys.ToArray());
                Assert.Equal(user.History.CopyTimesMs(), grain.Snapshot().CopyTimesMs());
            }
        });

    [Fact]
    public void Rows_sent_raw_in_time_order_to_a_grain_give_the_same_history() =>
        Gen.Select(AnyEvent.List[0, 200], Gen.Int[1, 50]).Sample((rows, batchSize) =>
        {
            var inTime = rows.OrderBy(e => e.AtMs).ToList();
            foreach (var user in EventLog.Of(inTime).Users)
            {
                var grain = new EventHistory();
                foreach (var batch in inTime.Where(e => e.UserId == user.UserId).Chunk(batchSize))
                {
                    EventIntake.Accept(grain.Snapshot(), batch, e => e.Identity).ForEach(e => grain.Append(e.ToKeyed()));
                }

                Assert.Equal(user.History.ItemKeys.ToArray(), grain.Snapshot().ItemKeys.ToArray());
            }
        });

    [Fact]
    public void Events_before_a_moment_leave_out_all_of_that_moment()
    {
        var user = EventLog.Of([Event("u", "a", 1), Event("u", "b", 2), Event("u", "c", 2), Event("u", "d", 3)]).Find("u")!;

        Assert.Equal([0, 0, 1, 3, 4], new long[] { 0, 1, 2, 3, 4 }.Select(at => user.EventsBefore(at)));
    }

    private static BehaviorRecord Event(string user, string item, long at) => new(user, item, "add", at, []);
}
