using Longer.Grid.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Longer.Grid.Training;

/// <summary>The model of MODEL.md as libtorch differentiates it. Tensors are named as in <c>weights.safetensors</c>.</summary>
public sealed class LongerModule : IRankingModel
{
    private const float Unseen = -1e30f;

    // Users come back in every pass; their rows are looked up once.
    private readonly Dictionary<UserSamples, UserTimeline> _timelines = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);

    /// <summary>Starts from given weights.</summary>
    public LongerModule(LongerConfig config, ModelWeights weights)
    {
        TorchRuntime.EnsureLoaded();
        Config = config;
        foreach (var spec in weights.Specs)
        {
            using var data = tensor(weights[spec.Name]);
            _parameters.Add(spec.Name, Parameter(data.reshape([.. spec.Shape.Select(e => (long)e)]).clone()));
        }
    }

    /// <summary>The model's shape.</summary>
    public LongerConfig Config { get; }

    /// <summary>Trainable tensors by name.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters => _parameters;

    /// <summary>The weights as they are now.</summary>
    public ModelWeights ToWeights() =>
        new(Config, _parameters.ToDictionary(p => p.Key, p => p.Value.detach().contiguous().data<float>().ToArray(), StringComparer.Ordinal));

    /// <inheritdoc/>
    public Tensor Forward(Chunk chunk)
    {
        if (!_timelines.TryGetValue(chunk.User, out var timeline))
        {
            _timelines.Add(chunk.User, timeline = new UserTimeline(Config, chunk.User.Features, chunk.User.History));
        }

        var first = chunk.User.History.FirstOrdinal;
        var requests = chunk.Requests.Select(r => new ScoredRequest(first + r.HistoryEvents, r.AtMs, [.. r.Candidates.Select(c => c.Features)]));
        return Forward(timeline, new ChunkPlan(timeline, [.. requests]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in _parameters.Values)
        {
            parameter.Dispose();
        }
    }

    /// <summary>Logits of all candidates of a chunk, shape <c>[candidates, tasks]</c>, in the requests' order.</summary>
    internal Tensor Forward(UserTimeline timeline, ChunkPlan plan)
    {
        var first = FirstRows(timeline, plan);
        var (groups, own) = (first.Groups, first.Own);
        var (ownRows, ownPosition, ownTime) = plan.OwnBuckets();
        var ownRowsIndex = tensor(ownRows);
        var kinds = tensor(plan.KindOf());

        for (var l = 0; l < Config.Layers; l++)
        {
            var block = $"layers.{l}";
            var (position, time) = (BiasTable($"{block}.position_bias.weight"), BiasTable($"{block}.time_bias.weight", isFirst: false));
            var (groupsNormed, ownNormed) = (Norm($"{block}.norm1", groups), Norm($"{block}.norm1", own));
            var (groupKeys, groupValues) = (ByHead(Linear($"{block}.attention.k", groupsNormed)), ByHead(Linear($"{block}.attention.v", groupsNormed)));
            var keys = plan.FullGroups(l);

            // Own rows: [full groups | partial group, globals, self].
            var queries = Linear($"{block}.attention.q", ownNormed).reshape(plan.Rows, Config.Heads, -1);
            var ownKeys = Linear($"{block}.attention.k", ownNormed).index_select(0, ownRowsIndex).reshape(plan.Rows, plan.OwnKeys, Config.Heads, -1);
            var ownValues = Linear($"{block}.attention.v", ownNormed).index_select(0, ownRowsIndex).reshape(plan.Rows, plan.OwnKeys, Config.Heads, -1);
            var scale = 1 / Math.Sqrt((double)Config.ModelDim / Config.Heads);
            var ownBias = Bias(position, time, ownPosition, ownTime, plan.Rows, plan.OwnKeys).permute(1, 0, 2); // [rows, H, own]
            var ownLogits = (einsum("rhw,rkhw->rhk", queries, ownKeys) * scale) + ownBias;
            Tensor attended;
            if (keys > 0)
            {
                var (requestPosition, requestTime) = plan.RequestBuckets(l);
                var groupBias = Bias(position, time, requestPosition, requestTime, 3 * plan.Requests, keys).index_select(1, kinds); // [H, rows, keys]
                var groupLogits = (matmul(queries.transpose(0, 1), groupKeys.transpose(1, 2)) * scale) + groupBias;
                var shares = softmax(cat([groupLogits, ownLogits.transpose(0, 1)], 2), 2);
                attended = matmul(shares.narrow(2, 0, keys), groupValues).transpose(0, 1)
                    + einsum("hrk,rkhw->rhw", shares.narrow(2, keys, plan.OwnKeys), ownValues);
            }
            else
            {
                attended = einsum("rhk,rkhw->rhw", softmax(ownLogits, 2), ownValues);
            }

            own = AfterAttention(block, own, attended.reshape(plan.Rows, Config.ModelDim));
            if (l < Config.SelfLayers && keys > 0)
            {
                var queriesCount = plan.FullGroups(l + 1);
                var (groupPosition, groupTime) = plan.GroupBuckets(l);
                var tail = groups.narrow(0, keys - queriesCount, queriesCount);
                var groupQueries = ByHead(Linear($"{block}.attention.q", groupsNormed.narrow(0, keys - queriesCount, queriesCount)));
                var bias = Bias(position, time, groupPosition, groupTime, queriesCount, keys);
                var shares = softmax((matmul(groupQueries, groupKeys.transpose(1, 2)) * scale) + bias, 2);
                groups = AfterAttention(block, tail, matmul(shares, groupValues).transpose(0, 1).reshape(queriesCount, Config.ModelDim));
            }
        }

        return Head(plan, first.Own, own);
    }

    /// <summary>h[0] of full groups, and of own rows: partial groups, globals, candidates.</summary>
    private (Tensor Groups, Tensor Own) FirstRows(UserTimeline timeline, ChunkPlan plan)
    {
        var merged = Merge(timeline, plan.Slots());
        var groups = merged.narrow(0, 0, plan.FullGroups(0));
        var partial = merged.narrow(0, plan.FullGroups(0), plan.Requests);

        var user = _parameters["user.weight"].index_select(0, tensor(new[] { timeline.UserRow }));
        for (var p = 0; p < Config.Profile.Count; p++)
        {
            user = user + _parameters[$"profile.{Config.Profile[p].Name}.weight"].index_select(0, tensor(new[] { timeline.ProfileRows[p] }));
        }

        var globals = Config.ClsTokens > 0 ? cat([user, _parameters["cls.weight"]], 0) : user;
        return (groups, cat([partial, globals.repeat(plan.Requests, 1), CandidateTokens(plan)], 0));
    }

    private Tensor CandidateTokens(ChunkPlan plan)
    {
        var (items, sides, cross) = plan.CandidateRows();
        var columns = new List<Tensor> { Rows("item.weight", items) };
        columns.AddRange(Config.Sides.Select((side, s) => Rows($"side.{side.Name}.weight", sides[s])));
        foreach (var (name, i) in Config.Sides.Select(s => s.Name).Prepend("item").Select((name, i) => (name, i)))
        {
            columns.Add(Rows($"cross.{name}_count.weight", cross[2 * i]));
            columns.Add(Rows($"cross.{name}_age.weight", cross[(2 * i) + 1]));
        }

        return Linear("candidate.out", functional.gelu(Linear("candidate.in", cat(columns, 1))));
    }

    /// <summary>Event tokens and InnerTrans (MODEL.md sections 3 and 4): <c>[groups, D]</c>.</summary>
    private Tensor Merge(UserTimeline timeline, int[] slots)
    {
        int k = Config.GroupSize, groups = slots.Length / k;
        var filled = tensor(Array.ConvertAll(slots, s => s < 0 ? 0f : 1f)).reshape(groups, k, 1);
        var columns = new List<Tensor> { Rows("item.weight", Pick(timeline.ItemRows)) };
        columns.AddRange(Config.Sides.Select((side, s) => Rows($"side.{side.Name}.weight", Pick(timeline.SideRows[s]))));
        columns.Add(Rows("action.weight", Pick(timeline.ActionRows)));
        columns.Add(Rows("gap.weight", Pick(timeline.GapBuckets)));
        var e = Linear("event.out", functional.gelu(Linear("event.in", cat(columns, 1))));
        var u = e.reshape(groups, k, Config.EventDim) + _parameters["inner.position.weight"];
        if (Config.InnerLayers > 0)
        {
            var bias = ((1 - filled) * Unseen).reshape(groups, 1, 1, k);
            for (var i = 0; i < Config.InnerLayers; i++)
            {
                var block = $"inner.{i}";
                var normed = Norm($"{block}.norm1", u);
                var (q, keys, values) = (Heads($"{block}.attention.q", normed), Heads($"{block}.attention.k", normed), Heads($"{block}.attention.v", normed));
                var shares = softmax((matmul(q, keys.transpose(2, 3)) / Math.Sqrt((double)Config.EventDim / Config.InnerHeads)) + bias, 3);
                u = AfterAttention(block, u, matmul(shares, values).transpose(1, 2).reshape(groups, k, Config.EventDim));
            }
        }

        return (u * filled).reshape(groups, Config.ModelDim);

        long[] Pick(long[] rows) => Array.ConvertAll(slots, s => s < 0 ? 0 : rows[s]);

        Tensor Heads(string name, Tensor x) => Linear(name, x).reshape(groups, k, Config.InnerHeads, -1).transpose(1, 2);
    }

    private Tensor Head(ChunkPlan plan, Tensor first, Tensor last)
    {
        var users = tensor(Array.ConvertAll(plan.RequestOf[plan.FirstCandidate..], r => (long)plan.Requests + ((long)r * Config.UserGlobals)));
        var z = cat(
            [
                Norm("final_norm", last.narrow(0, plan.FirstCandidate, plan.Candidates)),
                Norm("final_norm", last.index_select(0, users)),
                first.narrow(0, plan.FirstCandidate, plan.Candidates),
            ],
            1);
        return Linear("head.out", functional.gelu(Linear("head.in", z)));
    }

    private Tensor AfterAttention(string block, Tensor residual, Tensor attended)
    {
        var h = residual + Linear($"{block}.attention.o", attended);
        return h + Linear($"{block}.ffn.out", functional.gelu(Linear($"{block}.ffn.in", Norm($"{block}.norm2", h))));
    }

    /// <summary>A bias table with two more rows: for keys that are not seen, and for those without a bias.</summary>
    private Tensor BiasTable(string name, bool isFirst = true)
    {
        var extra = zeros(2, Config.Heads);
        if (isFirst)
        {
            extra[0] = Unseen;
        }

        return cat([_parameters[name], extra], 0);
    }

    /// <summary>Biases <c>[H, queries, keys]</c> of pairs of buckets.</summary>
    private Tensor Bias(Tensor position, Tensor time, long[] positions, long[] times, int queries, int keys) =>
        (position.index_select(0, tensor(positions)) + time.index_select(0, tensor(times))).reshape(queries, keys, Config.Heads).permute(2, 0, 1);

    private Tensor ByHead(Tensor x) => x.reshape(x.shape[0], Config.Heads, Config.ModelDim / Config.Heads).transpose(0, 1);

    private Tensor Rows(string table, long[] rows) => _parameters[table].index_select(0, tensor(rows));

    private Tensor Norm(string name, Tensor x) => functional.layer_norm(x, [x.shape[^1]], _parameters[$"{name}.weight"], _parameters[$"{name}.bias"], 1e-5);

    private Tensor Linear(string name, Tensor x) => functional.linear(x, _parameters[$"{name}.weight"], _parameters[$"{name}.bias"]);
}
