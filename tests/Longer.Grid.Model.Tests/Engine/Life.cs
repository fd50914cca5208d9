using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>
/// A user as serving keeps one, trimmed now and then, beside all that ever happened, which the oracle is asked about. Not safe for threads.
/// </summary>
internal sealed class Life
{
    private readonly Random _random;
    private readonly LongerConfig _config;
    private readonly long _firstOrdinal;
    private readonly EventHistory _history;
    private readonly List<OracleEvent> _events = [];

    /// <summary>Starts a life without kept events.</summary>
    /// <param name="random">Where all of it is drawn from.</param>
    /// <param name="config">A model whose features its events have; other models may score it too.</param>
    /// <param name="firstOrdinal">Events that were lost before this life is told.</param>
    public Life(Random random, LongerConfig config, long firstOrdinal = 0)
    {
        _random = random;
        _config = config;
        _firstOrdinal = firstOrdinal;
        _history = new EventHistory(firstOrdinal);
        User = RandomHistories.User(random, config);
        Input = new UserInput(_history.Snapshot(), User.Keyed());
    }

    public OracleUser User { get; private set; }

    public IReadOnlyList<OracleEvent> Events => _events;

    /// <summary>What a call is given now.</summary>
    public UserInput Input { get; private set; }

    public void Append(int count)
    {
        var startMs = _events.Count == 0 ? 1_700_000_000_000 : _events[^1].AtMs;
        foreach (var added in RandomHistories.Events(_random, _config, count, startMs))
        {
            _events.Add(added);
            _history.Append(added.Keyed());
        }

        Input = Input with { History = _history.Snapshot() };
    }

    /// <summary>Forgets what no score of any of the models can need.</summary>
    public void Trim(params IEnumerable<LongerConfig> models)
    {
        _history.TrimToNewest((int)models.Max(config => config.RetainedEvents) + _random.Next(3));
        Input = Input with { History = _history.Snapshot() };
    }

    /// <summary>A new profile for the same user.</summary>
    public void ChangeProfile()
    {
        User = User with { Profile = RandomHistories.User(_random, _config).Profile };
        Input = Input with { Features = User.Keyed() };
    }

    /// <summary>A request for this moment.</summary>
    public OracleCase Request(int candidates) => new(
        User,
        _firstOrdinal,
        [.. _events],
        RandomHistories.Candidates(_random, _config, _events, candidates),
        RandomHistories.RequestMs(_random, _events));
}
