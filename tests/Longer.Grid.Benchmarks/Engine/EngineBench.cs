using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary>One model's three operations on users of one length, one user a worker.</summary>
internal sealed class EngineBench : IDisposable
{
    private const int ManyGroups = ModelSessions.MostGroups;

    private readonly LongerConfig _config;
    private readonly ModelSessions _sessions;
    private readonly DeviceProvider _device;
    private readonly KvStorage _storage;
    private readonly KvLayerShape[] _shapes;

    /// <summary>Opens a model.</summary>
    public EngineBench(DeviceProvider device, LongerConfig config, KvStorage storage)
    {
        (_device, _config, _storage) = (device, config, storage);
        _sessions = new ModelSessions(device, config, BenchModel.Weights(config), storage);
        _shapes = KvLayerShape.Of(config, storage);
    }

    /// <summary>Adds the operations at one length.</summary>
    /// <returns>The operations that MODEL.md's formulas count for each.</returns>
    public Dictionary<string, double> AddTo(Interleaved interleaved, int workers, int events, IEnumerable<int> candidates)
    {
        var flops = new Dictionary<string, double>(StringComparer.Ordinal);
        var users = Enumerable.Range(0, workers).Select(worker => new User(this, worker, events)).ToArray();
        Add("prefill", LongerFlops.Prefill(_config, events), user => user.Prefill());
        Add("append + refresh", LongerFlops.Append(_config, events), user => user.Append());
        if (events == _config.MaxEvents)
        {
            Add($"append of {ManyGroups} groups", LongerFlops.Append(_config, events, ManyGroups), user => user.AppendMany());
        }

        foreach (var count in candidates)
        {
            var asked = BenchUser.Candidates(count, count);
            Add($"score C = {count:N0}", LongerFlops.Score(_config, events, count), user => user.Score(asked));
        }

        return flops;

        void Add(string name, double operations, Action<User> call)
        {
            var full = $"{name}, L = {events:N0}";
            flops.Add(full, operations);
            interleaved.Add(full, worker => call(users[worker]));
        }
    }

    /// <summary>One operation on one user.</summary>
    /// <param name="operation"><c>prefill</c>, <c>append</c> or <c>score</c>.</param>
    /// <param name="events">L.</param>
    /// <param name="candidates">C of a score.</param>
    public Action Call(string operation, int events, int candidates)
    {
        var user = new User(this, seed: 0, events);
        var asked = BenchUser.Candidates(candidates, candidates);
        return operation switch { "prefill" => user.Prefill, "append" => user.Append, _ => () => user.Score(asked) };
    }

    /// <inheritdoc/>
    public void Dispose() => _sessions.Dispose();

    private sealed class User
    {
        private readonly EngineBench _bench;
        private readonly UserInput _input;
        private readonly KvState _state;
        private readonly KvState _scratch;
        private readonly int _seed;
        private LivingUser? _living;

        public User(EngineBench bench, int seed, int events)
        {
            (_bench, _seed) = (bench, seed);
            _input = new(BenchUser.History(seed + 1, events).Snapshot(), new UserFeatures((ulong)seed, new Dictionary<string, ulong>()));
            _state = State();
            _scratch = State();
            _bench._sessions.Prefill(_state, _input);
        }

        public void Prefill() => _bench._sessions.Prefill(_scratch, _input);

        // The newest group again: what any event that joins it costs.
        public void Append()
        {
            var newest = new Timeline(_input.History, _bench._config.GroupSize).Newest;
            _bench._sessions.Append(_state, _input, newest);
        }

        // What a visit in which many events came costs, to be held against as many appends and against a prefill.
        public void AppendMany() => (_living ??= new LivingUser(_bench._device, _bench._config, _bench._sessions, _seed, _bench._config.MaxEvents, _bench._storage))
            .GoOn(ManyGroups * _bench._config.GroupSize);

        public void Score(CandidateFeatures[] candidates) => _bench._sessions.Score(_state, candidates, BenchUser.NowMs);

        private KvState State() => new(_bench._device, _bench._shapes, null!, new Timeline(_input.History, _bench._config.GroupSize));
    }
}
