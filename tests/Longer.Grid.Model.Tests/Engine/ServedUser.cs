using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>A user whose events grow, with its place on a device: scores are held against the oracle.</summary>
internal sealed class ServedUser : IDisposable
{
    private readonly Random _random;
    private readonly LongerEngine _engine;
    private readonly ModelPackage _model;
    private readonly List<OracleEvent> _events = [];
    private EventHistory _history = new();

    public ServedUser(LongerEngine engine, ModelPackage model, int seed)
    {
        (_random, _engine, _model) = (new Random(seed), engine, model);
        Profile = RandomHistories.User(_random, model.Config);
        Features = Profile.Keyed();
        Kv = engine.CreateUser();
    }

    public UserKv Kv { get; }

    public OracleUser Profile { get; private set; }

    public UserFeatures Features { get; private set; }

    public UserInput Input => new(_history.Snapshot(), Features);

    public long Events => _history.NextOrdinal;

    public static LongerConfig Config(int maxEvents, int groupSize, int recentGroups, int selfLayers = 2) =>
        RandomModels.Config(new Random(3)) with
        {
            MaxEvents = maxEvents,
            GroupSize = groupSize,
            EventDim = 8,
            InnerHeads = 2,
            Heads = 2,
            ClsTokens = 1,
            SelfLayers = selfLayers,
            RecentGroups = recentGroups,
            Profile = [new FeatureTable("country", 9, 8 * groupSize)],
        };

    public void Append(int count)
    {
        foreach (var added in RandomHistories.Events(_random, _model.Config, count, _events.Count == 0 ? 1_700_000_000_000 : _events[^1].AtMs))
        {
            _events.Add(added);
            _history.Append(added.Keyed());
        }
    }

    /// <summary>Other events in place of the old ones, as a backfill would bring.</summary>
    public void Replace(int count)
    {
        _events.Clear();
        _history = new EventHistory();
        Append(count);
    }

    public void ChangeProfile(string country)
    {
        Profile = Profile with { Profile = new Dictionary<string, string> { ["country"] = country } };
        Features = Profile.Keyed();
    }

    public void TrimToNewest(int keep) => _history.TrimToNewest(keep);

    public OracleCase Case(int candidates = 3)
    {
        OracleEvent[] kept = [.. _events.Skip((int)_history.FirstOrdinal)];
        return new(
            Profile, _history.FirstOrdinal, kept, RandomHistories.Candidates(new Random(_events.Count), _model.Config, kept, candidates),
            RandomHistories.RequestMs(new Random(_events.Count), kept));
    }

    public Task<EngineScores> ScoreAsync(OracleCase scored, UserInput? input = null, Deadline deadline = default) =>
        _engine.ScoreAsync(Kv, input ?? Input, scored.KeyedCandidates(), scored.AtMs, deadline, TestContext.Current.CancellationToken);

    /// <summary>Scores what there is now and holds it against the oracle.</summary>
    public async Task<EngineScores> CheckAsync(string told = "")
    {
        var scored = Case();
        var scores = await ScoreAsync(scored);
        Check(scores, scored, told);
        Assert.Equal(Events, scores.UserEvents);
        return scores;
    }

    public void Check(EngineScores scores, OracleCase scored, string told = "") =>
        ScorerParity.Check([.. scores.Logits.Select(l => (double)l)], _model, scored, $"{Events} events {told}", _engine.Storage.Tolerance());

    public void Dispose() => Kv.Dispose();
}
