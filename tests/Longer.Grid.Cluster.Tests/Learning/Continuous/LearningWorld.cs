using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Silo;
using Microsoft.Extensions.Logging.Abstractions;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A grid's store in which users live on: each comes back to items of their own, is shown one of these and one of another's, and takes the first.</summary>
internal sealed class LearningWorld : IDisposable
{
    private const long StartMs = 1_600_000_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly GridDatabase _database;
    private readonly BehaviorStore _store;
    private readonly ChangeFeed _feed;
    private readonly TrainingStore _training;
    private readonly HistoryReader _histories;
    private readonly Random _random = new(5);
    private readonly Dictionary<string, (long Epoch, List<BehaviorEvent> Events)> _users = new(StringComparer.Ordinal);
    private readonly int _userCount;
    private int _step;

    /// <summary>Makes an empty grid.</summary>
    /// <param name="users">Users who live in it.</param>
    public LearningWorld(int users = 8)
    {
        _userCount = users;
        _database = GridDatabase.Embedded(_folder.Path);
        GridSchema.Migrate(_database);
        (_store, _feed, _training, _histories) = (new(_database, unsafeDurability: true, TimeProvider.System), new(_database), new(_database), new(_database));
    }

    /// <summary>A model's shape for the world.</summary>
    public static LongerConfig Config { get; } = new()
    {
        MaxEvents = 100, EventDim = 8, GroupSize = 2, InnerLayers = 1, InnerHeads = 2, Heads = 2, SelfLayers = 1, RecentGroups = 10, ClsTokens = 1,
        Item = new FeatureTable("item", 101, 8), UserRows = 31, Sides = [], Profile = [], Actions = ["take", "skip"], ActionDim = 4, GapDim = 4, CrossDim = 4, Tasks = ["taken"],
    };

    public ListedModels Models { get; } = new();

    /// <summary>Events of all users so far.</summary>
    public int Events => _users.Values.Sum(user => user.Events.Count);

    /// <summary>Outcomes so far.</summary>
    public int Outcomes { get; private set; }

    /// <summary>Lets users live for some steps: a request with its outcome, where they are reported, and the events that follow.</summary>
    /// <param name="steps">How many.</param>
    /// <param name="reports">Whether outcomes are reported.</param>
    /// <param name="labels">Whether the actions are labels.</param>
    /// <param name="task">What outcomes are of.</param>
    public async Task LiveAsync(int steps, bool reports = true, bool labels = true, string task = "taken")
    {
        for (var i = 0; i < steps; i++, _step++)
        {
            var user = _random.Next(_userCount);
            var (own, other) = ($"i{(user * 5) + _random.Next(5)}", $"i{((user + 1 + _random.Next(_userCount - 1)) % _userCount * 5) + _random.Next(5)}");
            var atMs = StartMs + (_step * 600_000L);
            if (reports)
            {
                var outcome = new Outcome($"u{user}", atMs, $"r{_step}", [Item(own, true), Item(other, false)]);
                Assert.Equal(1, await _store.AddAsync([OutcomeCodec.Write(outcome)]));
                Outcomes++;
            }

            await AppendAsync($"u{user}", new(own, labels ? "take" : "look", atMs, []), new(other, labels ? "skip" : "look", atMs, []));
        }

        OutcomeItem Item(string item, bool taken) => new(item, [], [new(task, taken)]);
    }

    /// <summary>Replaces a user's history.</summary>
    public async Task ReplaceAsync(string user, int count)
    {
        var (epoch, before) = _users[user];
        List<BehaviorEvent> events = [.. Enumerable.Range(0, count).Select(i => new BehaviorEvent($"i{i}", "take", StartMs + i, []))];
        Assert.True(await _store.WriteAsync(user, epoch, before.Count, count, replaces: true, Segments(events, 0)));
        _users[user] = (epoch, events);
    }

    /// <summary>A process that trains, which may die.</summary>
    /// <param name="options">How it trains.</param>
    /// <param name="death">When it dies.</param>
    /// <param name="whileItReads">What others do before each of its readings of the feed.</param>
    public TrainingProcess Trainer(ContinuousOptions? options = null, Death? death = null, Func<Task>? whileItReads = null)
    {
        death ??= new Death(0, afterwards: false);
        options ??= Options;
        var (store, models) = (new DyingTrainingStore(_training, death), new DyingModels(Models, death));
        var feed = new DyingFeed(whileItReads is null ? _feed : new BusyFeed(_feed, whileItReads), death);
        var weights = new TrainedWeights(store, models, options.Fit, TimeProvider.System);
        var events = new NewEvents(feed, store, NullLogger<NewEvents>.Instance);
        var slices = new LabelSlices(options, new OutcomeLabels(feed, NullLogger<OutcomeLabels>.Instance), events, TimeProvider.System);
        var samples = new SampleBuilder(_histories, NullLogger<SampleBuilder>.Instance);
        var fit = new PeriodFit(options, slices, samples, models, weights, TimeProvider.System, NullLogger<PeriodFit>.Instance);
        return new(new(options, store, slices, fit, weights, new TrainedVersions(models, weights), models, TimeProvider.System), weights);
    }

    /// <summary>Publishes whatever it has fitted, and needs little for it.</summary>
    public static ContinuousOptions Options { get; } = new()
    {
        LeastRequests = 20, Margin = double.MaxValue, Fit = new() { Threads = 1, RequestsPerStep = 4, RequestsPerSpan = 2, LearningRate = 5e-3 },
    };

    /// <summary>Events before the positions that users have been read to.</summary>
    public async Task<long> ReadEventsAsync() => (await _training.PositionsAsync(_users.Keys)).Values.Sum(position => position.NextOrdinal);

    /// <summary>How far training is.</summary>
    public async Task<TrainingState> StateAsync() => (await _training.BeginAsync()).State;

    public void Dispose()
    {
        _store.Dispose();
        _feed.Dispose();
        _training.Dispose();
        _histories.Dispose();
        _folder.Dispose();
    }

    private async Task AppendAsync(string user, params BehaviorEvent[] events)
    {
        if (!_users.TryGetValue(user, out var known))
        {
            _users[user] = known = ((await _store.OpenAsync(user)).Epoch, []);
        }

        var before = known.Events.Count;
        known.Events.AddRange(events);
        Assert.True(await _store.WriteAsync(
            user, known.Epoch, before, known.Events.Count, replaces: false, Segments(known.Events, before / StoredSegment.Capacity * StoredSegment.Capacity)));
    }

    private static IReadOnlyList<StoredSegment> Segments(List<BehaviorEvent> events, int from) =>
        [.. events.Skip(from).Chunk(StoredSegment.Capacity).Select((chunk, i) => from + (i * StoredSegment.Capacity) is var first
            ? new StoredSegment(first / StoredSegment.Capacity, first, chunk.Length, SegmentCodec.Write(chunk))
            : throw new InvalidOperationException())];
}
