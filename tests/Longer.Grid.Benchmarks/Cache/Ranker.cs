using Longer.Grid.Model;
using StackExchange.Redis;

namespace Longer.Grid.Benchmarks;

/// <summary>
/// Ways to answer one request, the same for all: a user of L events who goes on living, C candidates, and three events since the user's last request.
/// One worker's.
/// </summary>
internal sealed class Ranker : IDisposable
{
    /// <summary>Events between two requests.</summary>
    private const int Appended = 3;

    private readonly LongerConfig _config;
    private readonly ModelSessions _sessions;
    private readonly IDatabase _redis;
    private readonly string _key;
    private readonly LivingUser _cached;
    private readonly KvState _scratch;
    private readonly CandidateFeatures[] _candidates;

    /// <summary>Makes the user, with the history in Redis and the state on the device.</summary>
    public Ranker(DeviceProvider device, LongerConfig config, ModelSessions sessions, IDatabase redis, int worker, int events, int candidates)
    {
        (_config, _sessions, _redis) = (config, sessions, redis);
        _cached = new LivingUser(device, config, sessions, worker, events);
        _key = $"{config.GroupSize}:{worker}:{events}:{candidates}";
        _candidates = BenchUser.Candidates(candidates, candidates);
        _scratch = new KvState(device, KvLayerShape.Of(config), null!, new Timeline(History, config.GroupSize));
        Store(from: 0);
    }

    private HistorySnapshot History => _cached.State.Encoded!.History;

    /// <summary>From the state on the device: three events touch one group or two, and only these are encoded. The store is told of the events too.</summary>
    public float[] Cached()
    {
        GoOn();
        return Current();
    }

    /// <summary>The user's next events come, to the state and to the store.</summary>
    public void GoOn()
    {
        var before = History.NextOrdinal;
        _cached.GoOn(Appended);
        Store(History.NextOrdinal > before ? before : 0);
    }

    /// <summary>From the state as it is.</summary>
    public float[] Current() => _sessions.Score(_cached.State, _candidates, BenchUser.NowMs);

    /// <summary>From nothing: the history fetched, one forward pass of the rows that reach a score, all candidates at once.</summary>
    public float[] Stateless()
    {
        _sessions.Prefill(_scratch, Fetched());
        return _sessions.Score(_scratch, _candidates, BenchUser.NowMs);
    }

    /// <summary>As servers do that score pairs: a forward pass for each candidate.</summary>
    public float[] PerCandidate()
    {
        var input = Fetched();
        return [.. _candidates.SelectMany(candidate =>
        {
            _sessions.Prefill(_scratch, input);
            return _sessions.Score(_scratch, [candidate], BenchUser.NowMs);
        })];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cached.Dispose();
        _scratch.Dispose();
    }

    // Nobody waits for it, as nobody waits for a stream of events; on this connection it comes before the next read.
    private void Store(long from)
    {
        var events = HistoryBlob.Write(History, from);
        if (from == 0)
        {
            _redis.StringSet(_key, events, flags: CommandFlags.FireAndForget);
        }
        else
        {
            _redis.StringAppend(_key, events, CommandFlags.FireAndForget);
        }
    }

    // As many of the newest events as an exact score needs.
    private UserInput Fetched() =>
        new(HistoryBlob.Read((byte[])_redis.StringGetRange(_key, -_config.RetainedEvents * HistoryBlob.EventBytes, -1)!), _cached.First.Features);
}
