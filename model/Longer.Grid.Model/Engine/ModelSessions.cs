using Microsoft.ML.OnnxRuntime;

namespace Longer.Grid.Model;

/// <summary>
/// One model's graphs, ready to run on a device: prefill, append and score over rings that the caller owns. It keeps nothing of any user.
/// </summary>
internal sealed class ModelSessions : IDisposable
{
    /// <summary>
    /// Candidates that one run takes. They do not see each other, so that parts score as the whole would; and a run's scratch memory grows with
    /// candidates times keys, some 60 MB for these at the default window.
    /// </summary>
    private const int MostCandidates = 512;

    private readonly LongerConfig _config;
    private readonly KvStorage _storage;
    private readonly LayerBias[] _biases;
    private readonly InferenceSession _prefill;
    private readonly InferenceSession _append;
    private readonly InferenceSession _score;
    private readonly Dictionary<string, OrtValue> _tables = new(StringComparer.Ordinal);
    private readonly List<DeviceMemory> _tableMemory = [];

    public ModelSessions(DeviceProvider device, LongerConfig config, ModelWeights weights, KvStorage storage = KvStorage.Full)
    {
        _config = config;
        _storage = storage;
        _biases = [.. Enumerable.Range(0, config.Layers).Select(l => new LayerBias(
            weights[$"layers.{l}.position_bias.weight"], weights[$"layers.{l}.time_bias.weight"], config.Heads, PrefillPlan.Window(config, l)))];
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
                _biases[l].WriteGroups(run.Input($"group_bias_{l}", _config.Heads, plan.Rows[l + 1], plan.Rows[l]), timeline, plan.Rows[l + 1], plan.Rows[l]);
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

    /// <summary>Computes the row of one group in every layer, and the globals with it. The rings have room for it.</summary>
    /// <param name="state">The rings hold the groups before it, and perhaps an older row of it.</param>
    /// <param name="input">The history may go on after the group.</param>
    /// <param name="group">The newest group of the rings, or the one after it.</param>
    public void Append(KvState state, UserInput input, long group)
    {
        var timeline = new Timeline(input.History, _config.GroupSize);
        using var run = new RunArguments();
        EventInputs.Add(run, _config, timeline, group, 1, together: 1);
        AddUser(run, input.Features);
        for (var l = 0; l < _config.Layers; l++)
        {
            var ring = state.Rings[l];
            var (before, after) = ring.Around(group);
            AddRows("before", l, ring, before);
            AddRows("after", l, ring, after);
            int fresh = 1 + _config.UserGlobals, rowsBefore = Math.Max(1, before.Count), rowsAfter = Math.Max(1, after.Count);
            run.Input($"sizes_{l}", new long[] { fresh, rowsBefore, rowsAfter }, 3);
            _biases[l].WriteAppend(
                run.Input($"bias_{l}", _config.Heads, fresh, fresh + rowsBefore + rowsAfter), timeline, group, _config.UserGlobals, before, after);
            var (ownKeys, ownValues) = ring.Groups(new(ring.RowOf(group), 1, group));
            run.Output($"k_{l}", ownKeys);
            run.Output($"v_{l}", ownValues);
            var (globalKeys, globalValues) = ring.Globals();
            run.Output($"global_k_{l}", globalKeys);
            run.Output($"global_v_{l}", globalValues);
        }

        run.Output("user", state.User.Slice(0, 1));
        run.Run(_append);
        foreach (var ring in state.Rings)
        {
            ring.Advance(group);
        }

        void AddRows(string side, int layer, KvRing ring, RingRun rows)
        {
            if (rows.Count == 0)
            {
                // ONNX Runtime's CPU kernels divide by the extents: one row that nobody sees stands for none.
                run.Input($"k_{side}_{layer}", DeviceMemory.Zeros(1, RowCodec.WidthOf(_config, _storage), _storage));
                run.Input($"v_{side}_{layer}", DeviceMemory.Zeros(1, RowCodec.WidthOf(_config, _storage), _storage));
                return;
            }

            var (keys, values) = ring.Groups(rows);
            run.Input($"k_{side}_{layer}", keys);
            run.Input($"v_{side}_{layer}", values);
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
                run.Input($"ends_{l}", KvRing.OwnRows + _config.UserGlobals + ring.Filled, _config.Heads, 2), timeline, _config.UserGlobals, ring.Runs(), atMs);
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
