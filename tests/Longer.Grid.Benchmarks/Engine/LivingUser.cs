using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary>A user with a state on the device who goes on living: each time more events come, and the state takes them in.</summary>
internal sealed class LivingUser : IDisposable
{
    /// <summary>Events that come before the life begins anew: more than most measurements need.</summary>
    private const int Future = 30_000;

    private readonly LongerConfig _config;
    private readonly ModelSessions _sessions;
    private readonly HistorySnapshot _life;
    private readonly UserFeatures _features;

    /// <summary>Makes the user, and the state from the first events.</summary>
    public LivingUser(DeviceProvider device, LongerConfig config, ModelSessions sessions, int seed, int events, KvStorage storage = KvStorage.Full)
    {
        (_config, _sessions) = (config, sessions);
        _features = new UserFeatures((ulong)seed, new Dictionary<string, ulong>());
        _life = BenchUser.History(seed + 1, events + Future).Snapshot();
        First = new(_life.Prefix(events), _features);
        State = new KvState(device, KvLayerShape.Of(config, storage), null!, new Timeline(First.History, config.GroupSize));
        _sessions.Prefill(State, First);
    }

    /// <summary>The first events.</summary>
    public UserInput First { get; }

    /// <summary>The state. It does not grow: the window is full from the first.</summary>
    public KvState State { get; }

    /// <summary>Some events come, and only the groups that they touch are encoded.</summary>
    public void GoOn(int events)
    {
        var then = new Timeline(State.Encoded!.History, _config.GroupSize);
        if (then.History.Count + events > _life.Count)
        {
            _sessions.Prefill(State, First);
            return;
        }

        var newest = then.IsPartial(then.Newest) ? then.Newest : then.Newest + 1;
        _sessions.Append(State, new(_life.Prefix(then.History.Count + events), _features), newest);
    }

    /// <inheritdoc/>
    public void Dispose() => State.Dispose();
}
