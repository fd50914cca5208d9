using System.Collections.Immutable;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Silo;
using Longer.Grid.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A sample sees what the score had to go by, and nothing else.</summary>
public sealed class SampleBuilderTests : IDisposable
{
    private const string User = "u";

    private static readonly LongerConfig Config = LearningWorld.Config with { MaxEvents = 300, Tasks = ["like", "share"] };

    private readonly TemporaryFolder _folder = new();
    private readonly BehaviorStore _store;
    private readonly HistoryReader _histories;

    public SampleBuilderTests()
    {
        var database = GridDatabase.Embedded(_folder.Path);
        GridSchema.Migrate(database);
        (_store, _histories) = (new BehaviorStore(database, unsafeDurability: true, TimeProvider.System), new HistoryReader(database));
    }

    public void Dispose()
    {
        _store.Dispose();
        _histories.Dispose();
        _folder.Dispose();
    }

    // Events at 0, 10, 20, 30, one of 5 that came late, and 40.
    [Theory]
    [InlineData(6, 100, 6)]
    [InlineData(3, 100, 3)] // What came after the score is not seen, whatever its time.
    [InlineData(6, 30, 3)] // Nor is what is of its time or later, and what came after that.
    [InlineData(6, 31, 5)] // The late one is; 40 is not.
    [InlineData(6, 0, 0)]
    [InlineData(0, 100, 0)]
    [InlineData(99, 100, 6)] // The history was replaced by a shorter one.
    public async Task A_request_sees_events_that_had_come_and_are_strictly_earlier(long nextOrdinal, long atMs, int seen)
    {
        await WriteAsync(0, 10, 20, 30, 5, 40);

        var sample = Assert.Single(await BuildAsync(Found(nextOrdinal, atMs, Said(("like", true)))));

        Assert.Equal(seen, sample.Request.HistoryEvents);
        Assert.Equal(Enumerable.Range(0, seen).Select(i => EntityKey.Of($"i{i}")), sample.User.HistoryAt(sample.Request).ItemKeys.ToArray());
    }

    [Fact]
    public async Task A_long_history_is_read_from_where_the_models_window_begins_and_ordinals_stay()
    {
        await WriteAsync([.. Enumerable.Range(0, 2_000).Select(i => (long)i)]);

        var sample = Assert.Single(await BuildAsync(Found(1_900, 10_000, Said(("like", true)))));

        var seen = sample.User.HistoryAt(sample.Request);
        Assert.Equal(1_900, seen.NextOrdinal);
        Assert.InRange(seen.FirstOrdinal, 1, 1_900 - Config.RetainedEvents);
        Assert.Equal(EntityKey.Of("i1899"), seen.ItemKey(1_899));
    }

    [Fact]
    public async Task Labels_stand_in_the_columns_of_the_models_tasks_and_what_is_not_known_is_unknown()
    {
        await WriteAsync(0);

        var samples = await BuildAsync(
            Found(1, 100, Said(("share", true), ("other", true)), Said(("like", false))),
            Found(1, 200, Said(("other", true))));

        Assert.Equal([float.NaN, 1, 0, float.NaN], Assert.Single(samples).Request.Labels.ToArray());
    }

    [Fact]
    public async Task A_user_who_cannot_be_read_makes_no_sample_and_others_do()
    {
        await WriteAsync(0, 10);
        var epoch = (await _store.OpenAsync("damaged")).Epoch;
        Assert.True(await _store.WriteAsync("damaged", epoch, 0, 1, replaces: false, [new(0, 0, 1, [1, 2, 3])]));

        var samples = await BuildAsync(Found(1, 100, Said(("like", true))) with { UserId = "damaged" }, Found(2, 100, Said(("like", true))), Found(0, 100, Said(("like", true))) with { UserId = "nobody" });

        Assert.Equal([User, "nobody"], samples.Select(sample => sample.User.UserId));
    }

    private static ImmutableArray<OutcomeLabel> Said(params (string Task, bool IsPositive)[] labels) => [.. labels.Select(label => new OutcomeLabel(label.Task, label.IsPositive))];

    private static FoundRequest Found(long nextOrdinal, long atMs, params ImmutableArray<OutcomeLabel>[] labels) =>
        new(User, $"r{atMs}", atMs, nextOrdinal, [.. labels.Select((_, i) => new RequestCandidate($"i{i}", []))], labels);

    private Task<List<Sample>> BuildAsync(params FoundRequest[] requests) => new SampleBuilder(_histories, NullLogger<SampleBuilder>.Instance).BuildAsync(Config, requests);

    private async Task WriteAsync(params long[] times)
    {
        var epoch = (await _store.OpenAsync(User)).Epoch;
        var segments = times.Select((atMs, i) => new BehaviorEvent($"i{i}", "take", atMs, [])).Chunk(StoredSegment.Capacity)
            .Select((chunk, i) => new StoredSegment(i, i * StoredSegment.Capacity, chunk.Length, SegmentCodec.Write(chunk)));
        Assert.True(await _store.WriteAsync(User, epoch, 0, times.Length, replaces: false, [.. segments]));
    }
}
