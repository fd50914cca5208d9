using BenchmarkDotNet.Attributes;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary>What the processor does around the model's graphs, for one user at the sizes of <see cref="BenchModel"/>.</summary>
[MemoryDiagnoser]
public class HostWork
{
    private const int Candidates = 100;

    private readonly LongerConfig _config = BenchModel.Config();
    private readonly EventHistory _history = BenchUser.History(seed: 1, events: 10_000);
    private readonly CandidateFeatures[] _candidates = BenchUser.Candidates(seed: 1, Candidates);
    private readonly string[] _names = [.. Enumerable.Range(0, Candidates).Select(i => $"item-{i:X8}")];
    private readonly HistorySnapshot _snapshot;
    private readonly LayerBias _bias;
    private readonly RingRun _groups;
    private readonly RingRun _before;
    private readonly RingRun _none;
    private readonly float[] _appendBiases;
    private readonly float[] _keyEnds;

    /// <summary>A user with a full window.</summary>
    public HostWork()
    {
        _snapshot = _history.Snapshot();
        var weights = BenchModel.Weights(_config);
        _bias = new LayerBias(weights["layers.0.position_bias.weight"], weights["layers.0.time_bias.weight"], _config.Heads, _config.VisibleGroups);
        var newest = new Timeline(_snapshot, _config.GroupSize).Newest;
        (_groups, _before, _none) = (new((int)newest, 1, newest), new(0, (int)newest, 0), new(0, 0, 0));
        var fresh = _config.UserGlobals + 1;
        _appendBiases = new float[_config.Heads * fresh * (fresh + _none.Rows + _before.Rows + _none.Rows)];
        _keyEnds = new float[(KvRing.OwnRows + _config.UserGlobals + _config.VisibleGroups) * _config.Heads * 2];
    }

    /// <summary>Rows and cross features of the candidates: one pass over the events.</summary>
    [Benchmark]
    public void CandidateInputsOf100()
    {
        using var run = new RunArguments();
        CandidateInputs.Add(run, _config, new Timeline(_snapshot, _config.GroupSize), _candidates, BenchUser.NowMs);
    }

    /// <summary>Layer 0's biases of one new group and the globals.</summary>
    [Benchmark]
    public void BiasesOfAnAppend() => _bias.WriteAppend(_appendBiases, new Timeline(_snapshot, _config.GroupSize), _config.UserGlobals, _groups, _none, _before, _none);

    /// <summary>What layer 0's keys of a score end in.</summary>
    [Benchmark]
    public void KeyEndsOfAScore() => _bias.WriteKeyEnds(
        _keyEnds, new GroupTimes(new Timeline(_snapshot, _config.GroupSize), 0), _config.UserGlobals, [new(0, _config.VisibleGroups, 0)], BenchUser.NowMs);

    /// <summary>Ids to keys.</summary>
    [Benchmark]
    public ulong KeysOf100Ids()
    {
        var sum = 0UL;
        foreach (var name in _names)
        {
            sum += EntityKey.Of(name);
        }

        return sum;
    }

    /// <summary>A user's events from nothing to a full window.</summary>
    [Benchmark]
    public EventHistory HistoryOf10000()
    {
        var history = new EventHistory();
        for (var ordinal = 0; ordinal < _snapshot.Count; ordinal++)
        {
            history.Append(new KeyedEvent(_snapshot.ItemKey(ordinal), _snapshot.Action(ordinal), _snapshot.AtMs(ordinal), []));
        }

        return history;
    }
}
