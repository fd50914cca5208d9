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

    /// <summary>Events that come before the user starts anew: more requests than are measured.</summary>
    private const int Future = 30_000;

    private static readonly string[] Actions = ["play", "skip", "like"];

    private readonly LongerConfig _config;
    private readonly ModelSessions _sessions;
    private readonly IDatabase _redis;
    private readonly string _key;
    private readonly UserFeatures _features;
    private readonly KvState _cached;
    private readonly KvState _scratch;
    private readonly HistorySnapshot _life;
    private readonly int _events;
    private readonly CandidateFeatures[] _candidates;

    /// <summary>Makes the user, with the history in Redis and the state on the device.</summary>
    public Ranker(DeviceProvider device, LongerConfig config, ModelSessions sessions, IDatabase redis, int worker, int events, int candidates)
    {
        (_config, _sessions, _redis) = (config, sessions, redis);
        _features = new UserFeatures((ulong)worker, new Dictionary<string, ulong>());
        _events = events;
        _life = BenchUser.History(worker + 1, events + Future).Snapshot();
        var history = _life.Prefix(events);
        _key = $"{config.GroupSize}:{worker}:{events}:{candidates}";
        _redis.StringSet(_key, HistoryBlob.Write(history, Actions.Select((action, code) => (action, code)).ToDictionary(a => a.action, a => (byte)a.code)));
        _candidates = BenchUser.Candidates(candidates, candidates);
        var (shapes, timeline) = (KvLayerShape.Of(config), new Timeline(history, config.GroupSize));
        _cached = new KvState(device, shapes, null!, timeline);
        _scratch = new KvState(device, shapes, null!, timeline);
        _sessions.Prefill(_cached, new(history, _features));
    }

    /// <summary>From the state on the device: three events touch one group or two, and only these are encoded.</summary>
    public float[] Cached()
    {
        var then = new Timeline(_cached.Encoded!.History, _config.GroupSize);
        if (then.History.Count + Appended > _life.Count)
        {
            _sessions.Prefill(_cached, new(_life.Prefix(_events), _features));
            return Current();
        }

        var input = new UserInput(_life.Prefix(then.History.Count + Appended), _features);
        var newest = new Timeline(input.History, _config.GroupSize).Newest;
        for (var group = then.IsPartial(then.Newest) ? then.Newest : then.Newest + 1; group <= newest;)
        {
            group += _sessions.Append(_cached, input, group, newest);
        }

        _cached.Encoded = input;
        return Current();
    }

    /// <summary>From the state as it is.</summary>
    public float[] Current() => _sessions.Score(_cached, _candidates, BenchUser.NowMs);

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

    private UserInput Fetched() => new(HistoryBlob.Read((byte[])_redis.StringGet(_key)!, Actions), _features);
}
