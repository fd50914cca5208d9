namespace Longer.Grid.Grains.Tests;

/// <summary>What training keeps of its work must hold on every database: cursor, counts, positions and weights change together or not at all.</summary>
public abstract class TrainingStoreTests : IDisposable
{
    private static readonly Dictionary<string, TrainedPosition> Nobody = [];

    private readonly Lazy<(BehaviorStore Users, ChangeFeed Feed, TrainingStore Training, HistoryReader Histories)> _opened;

    protected TrainingStoreTests() => _opened = new(() =>
    {
        GridSchema.Migrate(Database);
        return (new BehaviorStore(Database, unsafeDurability: false, TimeProvider.System), new ChangeFeed(Database), new TrainingStore(Database), new HistoryReader(Database));
    });

    protected abstract GridDatabase Database { get; }

    private BehaviorStore Users => _opened.Value.Users;

    private TrainingStore Training => _opened.Value.Training;

    public void Dispose()
    {
        if (_opened.IsValueCreated)
        {
            Users.Dispose();
            _opened.Value.Feed.Dispose();
            Training.Dispose();
            _opened.Value.Histories.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_state_reads_back_as_it_was_committed()
    {
        var (empty, revision) = await Training.BeginAsync();
        Assert.Equal((new TrainingState(), 0L), (empty, revision));
        var state = new TrainingState
        {
            Segments = new(7, "ä", 3),
            Outcomes = new(long.MaxValue, null, -1),
            LearnsFromOutcomes = true,
            Checkpoint = "c",
            Parent = "p",
            SinceParent = new(1, 2, 3, 4, 5, 6.5, 7),
            Total = new(10, 20, 30, null, null, 0.25, 0),
            Publication = new("v", """{"a":1}""", new(1, 2, 3, null, 5, 6.5, 7)),
            Last = new(1, "published", "v", 2, 3, 4, 0.5, null, "outcomes", 1.5, 12),
        };

        Assert.Equal(1, await Training.CommitAsync(state, 0, Nobody));

        using var other = new TrainingStore(Database);
        Assert.Equal((state, 1L), await other.BeginAsync());
        Assert.Equal(state.Last, await other.LastAsync());
    }

    [Fact]
    public async Task Who_goes_on_from_a_state_that_another_has_followed_changes_nothing()
    {
        await Training.BeginAsync();
        await OwnAsync("u");
        using var other = new TrainingStore(Database);
        await Training.CommitAsync(new TrainingState { Parent = "first" }, 0, Nobody);

        await Assert.ThrowsAsync<TrainingConflictException>(() =>
            other.CommitAsync(new TrainingState { Parent = "second" }, 0, new Dictionary<string, TrainedPosition> { ["u"] = new(1, 1) }));

        Assert.Equal("first", (await Training.BeginAsync()).State.Parent);
        Assert.Empty(await Training.PositionsAsync(["u"]));
    }

    // More than a piece, and not a whole number of them.
    [Theory]
    [InlineData(10)]
    [InlineData((1 << 20) * 2)]
    [InlineData((1 << 20) + 12_345)]
    public async Task A_checkpoint_counts_once_a_state_names_it_and_the_one_before_goes_then(int length)
    {
        await Training.BeginAsync();
        var (first, second) = (Bytes(length, 1), Bytes(length, 2));
        await Training.WriteCheckpointAsync("a", stream => stream.Write(first));
        await Training.CommitAsync(new TrainingState { Checkpoint = "a" }, 0, Nobody);
        await Training.WriteCheckpointAsync("b", stream => stream.Write(second));

        Assert.Equal(first, Read("a"));
        await Training.CommitAsync(new TrainingState { Checkpoint = "b" }, 1, Nobody);
        Assert.Equal(second, Read("b"));
        Assert.Empty(Read("a"));
    }

    [Fact]
    public async Task A_checkpoint_that_was_left_half_written_is_written_over()
    {
        await Training.BeginAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => Training.WriteCheckpointAsync("a", stream =>
        {
            stream.Write(Bytes(3 << 20, 1));
            throw new InvalidDataException("as if killed");
        }));
        var whole = Bytes((1 << 20) + 5, 2);
        await Training.WriteCheckpointAsync("a", stream => stream.Write(whole));

        Assert.Equal(whole, Read("a"));
    }

    [Fact]
    public async Task A_position_is_of_one_life_of_a_user_and_goes_with_the_user()
    {
        var epoch = await OwnAsync("u");
        await AppendAsync("u", epoch, 0, 300);
        await Training.BeginAsync();
        var born = await BornAsync("u");
        await Training.CommitAsync(new TrainingState(), 0, new Dictionary<string, TrainedPosition> { ["u"] = new(born, 300), ["nobody"] = new(1, 5) });
        Assert.Equal(new Dictionary<string, TrainedPosition> { ["u"] = new(born, 300) }, await Training.PositionsAsync(["u", "nobody"]));

        Assert.True(await Users.WriteAsync("u", epoch, 300, 5, replaces: true, Segments(0, 5)));
        Assert.NotEqual(born, await BornAsync("u"));

        Assert.True(await Users.ForgetAsync("u", epoch, 5, onlyIfEmpty: false));
        Assert.Empty(await Training.PositionsAsync(["u"]));
        await AppendAsync("u", await OwnAsync("u"), 0, 1);
        Assert.NotEqual(born, await BornAsync("u"));
    }

    [Fact]
    public async Task Where_training_goes_on_nothing_is_trimmed_that_it_has_not_read()
    {
        var epoch = await OwnAsync("u");
        await AppendAsync("u", epoch, 0, 600);
        await Training.BeginAsync();
        await AppendAsync("u", epoch, 600, 700, firstSegment: 2);
        Assert.Equal([0, 1, 2], await SegmentsOfAsync("u"));

        await Training.CommitAsync(new TrainingState(), 0, new Dictionary<string, TrainedPosition> { ["u"] = new(await BornAsync("u"), 400) });
        await AppendAsync("u", epoch, 700, 710, firstSegment: 2);
        Assert.Equal([1, 2], await SegmentsOfAsync("u"));

        // What was read of the history before says nothing of the one that took its place.
        Assert.True(await Users.WriteAsync("u", epoch, 710, 600, replaces: true, Segments(0, 600), firstSegment: 1));
        Assert.Equal([0, 1, 2], await SegmentsOfAsync("u"));
        await Training.CommitAsync(new TrainingState(), 1, new Dictionary<string, TrainedPosition> { ["u"] = new(await BornAsync("u"), 512) });
        await AppendAsync("u", epoch, 600, 610, firstSegment: 1);
        Assert.Equal([1, 2], await SegmentsOfAsync("u"));

        TrainingStore.End(Database);
        await AppendAsync("u", epoch, 610, 1_000, firstSegment: 2);
        Assert.Equal([2, 3], await SegmentsOfAsync("u"));
    }

    [Fact]
    public async Task A_history_is_read_around_the_ordinals_that_are_asked_for()
    {
        var epoch = await OwnAsync("u");
        await AppendAsync("u", epoch, 0, 1_000);

        var some = await _opened.Value.Histories.ReadAsync("u", 300, 600, new HashSet<string>());
        var all = await _opened.Value.Histories.ReadAsync("u", -5, 1_000, new HashSet<string>());
        var none = await _opened.Value.Histories.ReadAsync("nobody", 0, 10, new HashSet<string>());

        Assert.Equal((256L, 768L), (some.History.FirstOrdinal, some.History.NextOrdinal));
        Assert.Equal(Model.EntityKey.Of("599"), some.History.ItemKey(599));
        Assert.Equal((0L, 1_000L), (all.History.FirstOrdinal, all.History.NextOrdinal));
        Assert.Equal(0, none.History.Count);
    }

    private async Task<long> OwnAsync(string user) => (await Users.OpenAsync(user)).Epoch;

    private async Task AppendAsync(string user, long epoch, int from, int to, long firstSegment = 0) =>
        Assert.True(await Users.WriteAsync(user, epoch, from, to, replaces: false, Segments(from / 256 * 256, to), firstSegment));

    private async Task<IEnumerable<long>> SegmentsOfAsync(string user) => (await Users.ReadSegmentsAsync(user, 0, 99)).Select(segment => segment.Number);

    private async Task<long> BornAsync(string user)
    {
        await OutcomeFeed.SettledAsync(Database);
        return (await _opened.Value.Feed.ReadSegmentsAsync(default, 1_000)).Changes.First(change => change.UserId == user).Born;
    }

    private byte[] Read(string checkpoint)
    {
        using var bytes = new MemoryStream();
        using var stream = Training.OpenCheckpoint(checkpoint);
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static IReadOnlyList<StoredSegment> Segments(int from, int to) =>
        [.. Enumerable.Range(from, to - from).Chunk(StoredSegment.Capacity)
            .Select(chunk => new StoredSegment(
                chunk[0] / StoredSegment.Capacity,
                chunk[0],
                chunk.Length,
                SegmentCodec.Write([.. chunk.Select(i => new BehaviorEvent($"{i}", "play", 1_700_000_000_000 + i, []))])))];
}
