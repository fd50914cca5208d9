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
    private readonly GroupBias[] _groupBiases;
    private readonly InferenceSession _prefill;
    private readonly InferenceSession _append;
    private readonly InferenceSession _score;
    private readonly Dictionary<string, OrtValue> _tables = new(StringComparer.Ordinal);
    private readonly List<DeviceMemory> _tableMemory = [];

    public ModelSessions(DeviceProvider device, LongerConfig config, ModelWeights weights, KvStorage storage = KvStorage.Full)
    {
        _config = config;
        _storage = storage;
        _groupBiases = [.. Enumerable.Range(0, config.SelfLayers).Select(l => new GroupBias(
            weights[$"layers.{l}.position_bias.weight"], weights[$"layers.{l}.time_bias.weight"], config.Heads))];
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
            run.Input($"global_bias_{l}", plan.GlobalBias(l), _config.UserGlobals, _config.UserGlobals + plan.Visible(l));
            if (l < _config.SelfLayers)
            {
                run.Input($"first_{l + 1}", new[] { (long)(plan.Rows[l] - plan.Rows[l + 1]) }, 1);
                _groupBiases[l].Write(run.Input($"group_bias_{l}", _config.Heads, plan.Rows[l + 1], plan.Rows[l]), plan, timeline, l);
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
            var row = ring.RowOf(group);
            var before = Math.Min(row, ring.Filled);
            var after = Math.Max(0, ring.Filled - row - 1);
            AddRows("before", l, ring, 0, before);
            AddRows("after", l, ring, row + 1, after);

            var fresh = 1 + _config.UserGlobals;
            var bias = BiasColumns(timeline, ring, group, before, after);
            run.Input($"bias_{l}", bias, fresh, bias.Length / fresh);
            run.Input($"sizes_{l}", new long[] { fresh, Math.Max(1, before), Math.Max(1, after) }, 3);
            var (ownKeys, ownValues) = ring.Groups(row, 1);
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

        void AddRows(string side, int layer, KvRing ring, int from, int count)
        {
            if (count == 0)
            {
                // ONNX Runtime's CPU kernels divide by the extents: one row that nobody sees stands for none.
                run.Input($"k_{side}_{layer}", DeviceMemory.Zeros(1, RowCodec.WidthOf(_config, _storage), _storage));
                run.Input($"v_{side}_{layer}", DeviceMemory.Zeros(1, RowCodec.WidthOf(_config, _storage), _storage));
                return;
            }

            var (keys, values) = ring.Groups(from, count);
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
            var before = KvRing.OwnRows + _config.UserGlobals;
            var columns = new int[before + ring.Filled];
            Array.Fill(columns, BiasTable.Own, 0, KvRing.OwnRows);
            Array.Fill(columns, BiasTable.NoBias, KvRing.OwnRows, _config.UserGlobals);
            for (var row = 0; row < ring.Filled; row++)
            {
                var group = ring.GroupAt(row, ring.Newest);
                columns[before + row] = timeline.BiasColumn(group, ring.Newest + 1 - group, atMs);
            }

            var (keys, values) = ring.All();
            run.Input($"k_{l}", keys);
            run.Input($"v_{l}", values);
            run.Input($"bias_{l}", columns, columns.Length);
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

    /// <summary>Of the group, then of each global: columns for the group, the globals, the rows before it and the rows after it.</summary>
    private int[] BiasColumns(in Timeline timeline, KvRing ring, long group, int before, int after)
    {
        int globals = _config.UserGlobals, fresh = 1 + globals, width = fresh + Math.Max(1, before) + Math.Max(1, after);
        var columns = new int[fresh * width];
        Array.Fill(columns, BiasTable.Masked);
        Set(0, group, timeline);
        for (var i = 0; i < before; i++)
        {
            Set(fresh + i, ring.GroupAt(i, group), timeline);
        }

        for (var i = 0; i < after; i++)
        {
            Set(fresh + Math.Max(1, before) + i, ring.GroupAt(before + 1 + i, group), timeline);
        }

        for (var g = 1; g <= globals; g++)
        {
            if (g > 1)
            {
                Array.Copy(columns, width, columns, g * width, width);
            }

            // Each sees the globals from itself on.
            Array.Fill(columns, BiasTable.Masked, (g * width) + 1, g - 1);
            Array.Fill(columns, BiasTable.NoBias, (g * width) + g, globals - g + 1);
        }

        return columns;

        // The group is the newest, so its last event is the user's.
        void Set(int at, long key, in Timeline line)
        {
            columns[at] = line.BiasColumn(key, group - key, line.LastMs(group));
            columns[width + at] = line.BiasColumn(key, group + 1 - key, line.LastMs(group));
        }
    }
}
