using Microsoft.ML.OnnxRuntime;

namespace Longer.Grid.Model;

/// <summary>
/// One model's graphs, ready to run on a device: prefill, append and score over rings that the caller owns. It keeps nothing of any user.
/// </summary>
internal sealed class ModelSessions : IDisposable
{
    /// <summary>Groups that one append takes: it reads the rings once for all of them.</summary>
    public const int MostGroups = 32;

    /// <summary>
    /// Candidates that one run takes. They do not see each other, so that parts score as the whole would; and a run's scratch memory grows with
    /// candidates times keys, some 60 MB for these at the default window.
    /// </summary>
    private const int MostCandidates = 512;

    private readonly LongerConfig _config;
    private readonly KvStorage _storage;
    private readonly DeviceProvider _device;
    private readonly LayerBias[] _biases;
    private readonly InferenceSession _prefill;
    private readonly InferenceSession _append;
    private readonly InferenceSession _score;
    private readonly Dictionary<string, OrtValue> _tables = new(StringComparer.Ordinal);
    private readonly List<DeviceMemory> _tableMemory = [];

    public ModelSessions(DeviceProvider device, LongerConfig config, ModelWeights weights, KvStorage storage = KvStorage.Full)
    {
        _device = device;
        _config = config;
        _storage = storage;
        _biases = [.. Enumerable.Range(0, config.Layers).Select(l => new LayerBias(
            weights[$"layers.{l}.position_bias.weight"], weights[$"layers.{l}.time_bias.weight"], config.Heads, config.Window(l)))];
        _prefill = device.Open(PrefillGraph.Build(config, weights, storage));
        _append = device.Open(AppendGraph.Build(config, weights, storage));
        _score = device.Open(ScoreGraph.Build(config, weights, storage));
        foreach (var (name, rows, dim) in ModelGraph.Tables(config, events: true, user: true))
        {
            _tables.Add(name, OnDevice(device, weights[name], rows, dim));
        }
    }

    /// <summary>Computes a whole state; its rings must be empty and large enough.</summary>
    public void Prefill(KvState state, UserInput input)
    {
        var timeline = new Timeline(input.History, _config.GroupSize);
        var plan = new PrefillPlan(_config, timeline);
        using var run = new RunArguments();
        EventInputs.Add(run, _config, timeline, plan.From, plan.Rows[0], GroupTiles.Of(_config));
        run.Input("groups", new[] { (long)plan.Rows[0] }, 1);
        AddUser(run, input.Features);
        for (var l = 0; l < _config.Layers; l++)
        {
            var ring = state.Rings[l];
            run.Input($"visible_{l}", new[] { (long)plan.FirstVisible(l) }, 1);
            _biases[l].WriteGlobals(
                run.Input($"global_bias_{l}", _config.Heads, _config.UserGlobals, _config.UserGlobals + plan.Visible(l)), timeline, _config.UserGlobals, plan.Visible(l));
            if (l < _config.SelfLayers)
            {
                run.Input($"first_{l + 1}", new[] { (long)(plan.Rows[l] - plan.Rows[l + 1]) }, 1);
                var names = Enumerable.Range(0, _config.Heads).Select(h => PrefillGraph.GroupBias(l, h)).ToList();
                _biases[l].WriteGroups(run.Inputs(names, plan.Rows[l + 1], plan.Rows[l]), timeline, plan.Rows[l + 1], plan.Rows[l]);
            }

            var (keys, values) = ring.ForPrefill(plan.Visible(l));
            run.Output($"k_{l}", keys);
            run.Output($"v_{l}", values);
        }

        run.Output("user", state.User.Slice(0, 1));
        run.Run(_prefill);
        foreach (var ring in state.Rings)
        {
            ring.Advance(timeline.Newest);
        }

        state.Encoded = input;
    }

    /// <summary>Computes the rows of the newest groups in every layer, and the globals with them. The rings have room for them.</summary>
    /// <param name="state">The rings hold the groups before them, and perhaps an older row of the first.</param>
    /// <param name="input">The history up to them.</param>
    /// <param name="from">The newest group of the rings, or the one after it.</param>
    public void Append(KvState state, UserInput input, long from)
    {
        var timeline = new Timeline(input.History, _config.GroupSize);
        while (from <= timeline.Newest)
        {
            // As many as lie beside each other in every ring.
            var count = (int)Math.Min(Math.Min(timeline.Newest - from + 1, MostGroups), state.Rings.Min(ring => ring.RoomInARow(from)));
            Append(state, input, timeline, from, count);
            from += count;
        }

        state.Encoded = input;
    }

    private void Append(KvState state, UserInput input, in Timeline timeline, long from, int count)
    {
        using var run = new RunArguments();
        EventInputs.Add(run, _config, timeline, from, count, together: 1);
        AddUser(run, input.Features);
        for (var l = 0; l < _config.Layers; l++)
        {
            var ring = state.Rings[l];
            var groups = new RingRun(ring.RowOf(from), count, from);
            var (before, after, leaving) = ring.Around(from, count);
            AddRows(run, $"before_{l}", ring, before);
            AddRows(run, $"after_{l}", ring, after);
            AddCopy(run, $"leaving_{l}", ring, leaving);
            var fresh = _config.UserGlobals + count;
            run.Input($"sizes_{l}", new long[] { fresh + leaving.Rows, before.Rows, after.Rows }, 3);
            _biases[l].WriteAppend(
                run.Input($"bias_{l}", _config.Heads, fresh, fresh + leaving.Rows + before.Rows + after.Rows), timeline, _config.UserGlobals, groups, leaving, before, after);
            var (keys, values) = ring.Groups(groups);
            run.Output($"k_{l}", keys);
            run.Output($"v_{l}", values);
            var (globalKeys, globalValues) = ring.Globals();
            run.Output($"global_k_{l}", globalKeys);
            run.Output($"global_v_{l}", globalValues);
        }

        run.Output("user", state.User.Slice(0, 1));
        run.Run(_append);
        foreach (var ring in state.Rings)
        {
            ring.Advance(from + count - 1);
        }
    }

    /// <summary>Logits of candidates, shape <c>[C, tasks]</c>.</summary>
    public float[] Score(KvState state, IReadOnlyList<CandidateFeatures> candidates, long atMs)
    {
        var logits = new float[candidates.Count * _config.Tasks.Count];
        for (var from = 0; from < candidates.Count; from += MostCandidates)
        {
            var part = candidates.Count <= MostCandidates ? candidates : [.. candidates.Skip(from).Take(MostCandidates)];
            Score(state, part, atMs, logits.AsMemory(from * _config.Tasks.Count, part.Count * _config.Tasks.Count));
        }

        return logits;
    }

    private void Score(KvState state, IReadOnlyList<CandidateFeatures> candidates, long atMs, Memory<float> logits)
    {
        var timeline = new Timeline(state.Encoded!.History, _config.GroupSize);
        using var run = new RunArguments();
        foreach (var (name, _, _) in ModelGraph.Tables(_config, events: true, user: false))
        {
            run.Shared(name, _tables[name]);
        }

        CandidateInputs.Add(run, _config, timeline, candidates, atMs);
        var times = new GroupTimes(timeline, Math.Max(timeline.First, timeline.Newest - _config.VisibleGroups + 1));
        var ones = new float[candidates.Count * _config.Heads];
        Array.Fill(ones, 1);
        run.Input("ones", ones, candidates.Count, _config.Heads, 1);
        for (var l = 0; l < _config.Layers; l++)
        {
            var ring = state.Rings[l];
            var (keys, values) = ring.All();
            run.Input($"k_{l}", keys);
            run.Input($"v_{l}", values);
            _biases[l].WriteKeyEnds(
                run.Input($"ends_{l}", KvRing.OwnRows + _config.UserGlobals + ring.Filled, _config.Heads, 2), times, _config.UserGlobals, ring.Runs(), atMs);
        }

        run.Input("user", state.User.Slice(0, 1));
        run.Output("logits", OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, logits, [candidates.Count, _config.Tasks.Count]));
        run.Run(_score);
    }

    public void Dispose()
    {
        foreach (var table in _tables.Values)
        {
            table.Dispose();
        }

        _tableMemory.ForEach(m => m.Dispose());
        _prefill.Dispose();
        _append.Dispose();
        _score.Dispose();
    }

    private void AddRows(RunArguments run, string name, KvRing ring, RingRun rows)
    {
        var (keys, values) = rows.Count > 0 ? ring.Groups(rows) : (NoRow(), NoRow());
        run.Input($"k_{name}", keys);
        run.Input($"v_{name}", values);
    }

    /// <summary>Rows that the same run overwrites.</summary>
    private void AddCopy(RunArguments run, string name, KvRing ring, RingRun rows)
    {
        if (rows.Count == 0)
        {
            AddRows(run, name, ring, rows);
            return;
        }

        var (keys, values) = ring.Groups(rows);
        foreach (var (kind, original) in new[] { ("k", keys), ("v", values) })
        {
            var memory = run.Owned(new DeviceMemory(_device.Allocator, rows.Count, RowCodec.WidthOf(_config, _storage), _storage));
            _device.Copy(original, memory.Slice(0, rows.Count));
            run.Input($"{kind}_{name}", memory.Slice(0, rows.Count));
        }
    }

    private OrtValue NoRow() => DeviceMemory.Zeros(1, RowCodec.WidthOf(_config, _storage), _storage);

    /// <summary>A table where the device can read it: on the CPU that is the weights' own array.</summary>
    private OrtValue OnDevice(DeviceProvider device, float[] data, int rows, int dim)
    {
        var host = OrtValue.CreateTensorValueFromMemory(data, [rows, dim]);
        if (device.IsCpu)
        {
            return host;
        }

        var memory = new DeviceMemory(device.Allocator, rows, dim);
        _tableMemory.Add(memory);
        device.Copy(host, memory.Slice(0, rows));
        return memory.Slice(0, rows);
    }

    private void AddUser(RunArguments run, UserFeatures features)
    {
        foreach (var (name, table) in _tables)
        {
            run.Shared(name, table);
        }

        EventInputs.Add(run, _config, features);
    }
}
