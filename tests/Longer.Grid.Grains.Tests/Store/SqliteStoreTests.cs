using System.Text;
using Microsoft.Data.Sqlite;

namespace Longer.Grid.Grains.Tests;

public sealed class SqliteStoreTests : BehaviorStoreTests
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"longer-{Guid.NewGuid():N}.db");

    protected override GridDatabase Database => new(SqlDialect.Sqlite, $"Data Source={_file}");

    [Fact]
    public async Task A_full_disk_refuses_the_write_and_keeps_what_was_committed()
    {
        GridSchema.Migrate(Database);
        using var store = new BehaviorStore(Database with { Dialect = new SmallDisk() }, unsafeDurability: false, TimeProvider.System);
        var epoch = (await store.OpenAsync("u")).Epoch;
        var random = new Random(1);
        var (next, written) = (0, true);
        while (written && next < 100_000)
        {
            // Random ids: nothing to compress.
            BehaviorEvent[] events = [.. Enumerable.Range(0, 256).Select(_ => new BehaviorEvent($"{random.NextInt64()}", "play", random.NextInt64(), []))];
            try
            {
                Assert.True(await store.WriteAsync("u", epoch, next, next + 256, replaces: false, [new(next / 256, next, 256, SegmentCodec.Write(events))]));
                next += 256;
            }
            catch (StoreUnavailableException)
            {
                written = false;
            }
        }

        Assert.False(written);
        Assert.Equal(next, (await store.ReadHeadAsync("u"))!.NextOrdinal);
        Assert.Equal(next / 256, (await store.ReadSegmentsAsync("u", 0, long.MaxValue)).Count);
    }

    [Fact]
    public async Task Once_a_forget_is_answered_no_file_holds_a_trace_of_the_user()
    {
        GridSchema.Migrate(Database);
        using var store = Open();
        var (traces, epoch, next) = await WriteAsync(store);
        Assert.All(traces, trace => Assert.True(IsInAFile(trace)));

        Assert.True(await store.ForgetAsync(Forgotten, epoch, next, onlyIfEmpty: false));

        Assert.All(traces, trace => Assert.False(IsInAFile(trace)));
        Assert.NotNull(await store.ReadHeadAsync("user 7"));
    }

    [Fact]
    public async Task A_forget_is_answered_while_somebody_reads_for_long_and_the_next_write_takes_the_traces_away()
    {
        GridSchema.Migrate(Database);
        using var store = Open();
        var (traces, epoch, next) = await WriteAsync(store);
        using (var source = Database.Open("test", 1))
        using (var connection = source.OpenConnection())
        using (var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: true))
        {
            connection.Command(transaction, "SELECT count(*) FROM user_head").ExecuteScalar();

            Assert.True(await store.ForgetAsync(Forgotten, epoch, next, onlyIfEmpty: false));
            Assert.Contains(traces, IsInAFile);
        }

        await store.OpenAsync("user 7");
        Assert.All(traces, trace => Assert.False(IsInAFile(trace)));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_by_name()
    {
        File.WriteAllText(_file, string.Concat(Enumerable.Repeat("this is no database. ", 500)));

        var refused = Assert.Throws<StoreUnavailableException>(Open);

        Assert.Contains("not a database", refused.Message, StringComparison.Ordinal);
    }

    private const string Forgotten = "somebody who wants to be forgotten";

    /// <summary>Writes many users, one of whom will be forgotten: so that rows move from page to page.</summary>
    private static async Task<(byte[][] Traces, long Epoch, long Next)> WriteAsync(BehaviorStore store)
    {
        var epochs = new Dictionary<string, long>();
        foreach (var user in Enumerable.Range(0, 60).Select(i => i == 30 ? Forgotten : $"user {i}"))
        {
            epochs[user] = (await store.OpenAsync(user)).Epoch;
        }

        // Ten at a time, so that the newest segment is rewritten again and again.
        const int Rounds = 30;
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(epochs.Select(user => store.WriteAsync(
                user.Key, user.Value, round * 10, (round + 1) * 10, replaces: false, UserLife.SegmentsOf(Events(user.Key == Forgotten ? 5000 : 0, (round + 1) * 10)))));
        }

        await store.SetProfileAsync(Forgotten, epochs[Forgotten], Rounds * 10, "a profile that no one else has"u8.ToArray());
        var outcomes = Enumerable.Range(0, 200).Select(i => OutcomeCodec.Write(Outcomes.Of($"user {i % 60}", i))).ToList();
        await store.AddAsync(outcomes);
        await store.AddAsync([OutcomeCodec.Write(Outcomes.Of(Forgotten, 1) with { RequestId = "a request that no one else has made" })]);
        var segments = await store.ReadSegmentsAsync(Forgotten, 0, 1);
        return (
            ["a request that no one else has made"u8.ToArray(), Encoding.UTF8.GetBytes(Forgotten), "a profile that no one else has"u8.ToArray(), .. segments.Select(segment => segment.Events[^32..])],
            epochs[Forgotten],
            Rounds * 10);
    }

    private bool IsInAFile(byte[] trace) =>
        new[] { _file, $"{_file}-wal", $"{_file}-journal" }.Where(File.Exists).Any(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes.AsSpan().IndexOf(trace) >= 0;
        });

    /// <summary>SQLite with room for some hundred pages: past them it says that the disk is full.</summary>
    private sealed class SmallDisk : SqliteDialect
    {
        public override void Prepare(System.Data.Common.DbConnection connection, bool unsafeDurability)
        {
            base.Prepare(connection, unsafeDurability);
            Ask(connection, "PRAGMA max_page_count = 200");
        }
    }
}
