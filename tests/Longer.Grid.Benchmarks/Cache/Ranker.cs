using Longer.Grid.Model;
using StackExchange.Redis;

namespace Longer.Grid.Benchmarks;

/// <summary>
/// Ways to answer one request, the same for all: a user of L events, C candidates, and three events since the user's last request. One worker's.
/// </summary>
internal sealed class Ranker : IDisposable
{
    /// <summary>Events between two requests.</summary>
    private const int Appended = 3;

    private static readonly string[] Actions = ["play", "skip", "like"];

    private readonly ModelSessions _sessions;
    private readonly IDatabase _redis;
    private readonly string _key;
    private readonly LivingUser _cached;
    private readonly KvState _scratch;
    private readonly CandidateFeatures[] _candidates;

    /// <summary>Makes the user, with the history in Redis and the state on the device.</summary>
    public Ranker(DeviceProvider device, LongerConfig config, ModelSessions sessions, IDatabase redis, int worker, int events, int candidates)
    {
        (_sessions, _redis) = (sessions, redis);
        _cached = new LivingUser(device, config, sessions, worker, events);
        var history = _cached.First.History;
        _key = $"{config.GroupSize}:{worker}:{events}:{candidates}";
        _redis.StringSet(_key, HistoryBlob.Write(history, Actions.Select((action, code) => (action, code)).ToDictionary(a => a.action, a => (byte)a.code)));
        _candidates = BenchUser.Candidates(candidates, candidates);
        _scratch = new KvState(device, KvLayerShape.Of(config), null!, new Timeline(history, config.GroupSize));
    }

    /// <summary>From the state on the device: three events touch one group or two, and only these are encoded.</summary>
    public float[] Cached()
    {
        _cached.GoOn(Appended);
        return Current();
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

    private UserInput Fetched() => new(HistoryBlob.Read((byte[])_redis.StringGet(_key)!, Actions), _cached.First.Features);
}
