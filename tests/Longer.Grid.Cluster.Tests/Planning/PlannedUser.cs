using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A user of a real engine, with events that grow.</summary>
internal sealed class PlannedUser : IDisposable
{
    private readonly EventHistory _history = new();
    private readonly LongerEngine _engine;
    private readonly UserFeatures _features;
    private readonly UserKv _kv;
    private readonly Random _random;
    private long _lastMs = 1_700_000_000_000;

    public PlannedUser(LongerEngine engine, int seed, int events)
    {
        (_engine, _random, _kv) = (engine, new Random(seed), engine.CreateUser());
        _features = RandomHistories.User(_random, engine.Config).Keyed();
        Add(events);
    }

    /// <summary>Groups of its events.</summary>
    public long Groups => (_history.NextOrdinal + _engine.Config.GroupSize - 1) / _engine.Config.GroupSize;

    /// <summary>Scores one candidate.</summary>
    /// <returns>Whether the state was there.</returns>
    public async Task<bool> ScoreAsync()
    {
        var candidates = RandomHistories.Candidates(_random, _engine.Config, [], 1).ConvertAll(candidate => candidate.Keyed());
        return (await _engine.ScoreAsync(_kv, Input, candidates, _lastMs, Deadline.None, TestContext.Current.CancellationToken)).Warm;
    }

    /// <summary>Appends events as a grain does: a state that is there follows.</summary>
    public Task AppendAsync(int events)
    {
        Add(events);
        return _engine.RefreshAsync(_kv, Input, Deadline.None, TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _kv.Dispose();

    private UserInput Input => new(_history.Snapshot(), _features);

    private void Add(int events)
    {
        foreach (var added in RandomHistories.Events(_random, _engine.Config, events, _lastMs))
        {
            _history.Append(added.Keyed());
            _lastMs = added.AtMs;
        }
    }
}
