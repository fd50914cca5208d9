using Longer.Grid.Model;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>MODEL.md as a libtorch module. Parameters are named as in its section 10.</summary>
/// <remarks>
/// What is fixed once a group is full does not depend on the request, so one pass over a user's full groups serves any number of requests at
/// different times: each adds its own rows (globals, the partly filled newest group, candidates) that see the full groups up to its cut.
/// </remarks>
public sealed class LongerModule : RankingModule
{
    /// <summary>A module with given weights.</summary>
    /// <exception cref="NativeLibraryException">libtorch cannot be loaded.</exception>
    public LongerModule(LongerConfig config, ModelWeights weights)
        : base(nameof(LongerModule), config, TensorCatalog.Of(config), spec => FromArray(weights[spec.Name], spec))
    {
    }

    private LongerModule(LongerModule other)
        : base(nameof(LongerModule), other.Config, other.Specs, SharedWith(other))
    {
    }

    /// <summary>Which groups are read after layer 0. What is served reads the newest: any other choice is for comparisons.</summary>
    public QueryChoice Queries { get; init; }

    /// <summary>The weights as they are now.</summary>
    /// <exception cref="ModelFormatException">One of them is not finite.</exception>
    /// <exception cref="InvalidOperationException">They are of other <see cref="Queries"/> than the newest: a served model would read them otherwise.</exception>
    public ModelWeights ToWeights() => Queries == QueryChoice.Recent
        ? new(Config, Copy())
        : throw new InvalidOperationException($"Weights for {Queries} queries are no model to serve: MODEL.md section 7 has the newest groups.");

    internal static Tensor FromArray(float[] values, TensorSpec spec)
    {
        TorchRuntime.EnsureLoaded();

        // In libtorch's own memory: an array's may begin anywhere, and where a matrix begins decides in which order its products are added.
        var parameter = empty([.. spec.Shape.Select(extent => (long)extent)]);
        values.CopyTo(parameter.Floats());
        return parameter;
    }

    internal override RankingModule Replica() => new LongerModule(this) { UsesCrossFeatures = UsesCrossFeatures, Queries = Queries };

    internal override object Prepare(IReadOnlyList<RequestSpan> spans) => LongerBatchBuilder.Build(spans, Queries);

    internal override Tensor Logits(object batch)
    {
        var b = (LongerBatch)batch;
        var candidates = Candidates(b.Candidates); // [C, D]
        var before = new List<Tensor>();
        if (b.Groups > 0)
        {
            before.Add(Groups(b)); // [groups, D]
        }

        before.Add(Users(b.Candidates)); // [spans, D]
        if (Config.ClsTokens > 0)
        {
            before.Add(this["cls.weight"]);
        }

        before.Add(candidates);
        var h = RowGather.Of(cat(before, 0), b.Order); // [rows of layer 0, D]
        for (var l = 0; l < b.Layers.Length; l++)
        {
            var layer = l;
            h = Part(x => Block($"layers.{layer}", x, b.Layers[layer].Queries, b.Layers[layer].Plan, biased: true), h);
            h = b.Layers[l].Copies is { } copies ? RowGather.Of(h, copies) : h;
        }

        var last = Norm("final_norm", h); // [requests + C, D]
        var users = RowGather.Of(last, b.Candidates.RequestOf);
        return Mlp("head", cat([last.slice(0, b.Candidates.Requests, last.shape[0], 1), users, candidates], 1));
    }

    /// <summary>Merged tokens (MODEL.md section 4).</summary>
    private Tensor Groups(LongerBatch b)
    {
        int k = Config.GroupSize, d = Config.EventDim;
        var u = Events(b.EventItems, b.EventSides, b.EventActions, b.EventGaps); // [groups * K, d]
        u = u.view(b.Groups, k, d).Plus(this["inner.position.weight"]).view(-1, d);
        for (var i = 0; i < Config.InnerLayers; i++)
        {
            var inner = i;
            u = Part(x => Block($"inner.{inner}", x, queries: null, b.Inner!, biased: false), u);
        }

        if (b.Filled is not null)
        {
            u *= tensor(b.Filled, [b.Filled.Length, 1]);
        }

        return u.view(b.Groups, k * d);
    }

    /// <summary>A block (MODEL.md section 6).</summary>
    private Tensor Block(string name, Tensor h, int[]? queries, AttentionPlan plan, bool biased)
    {
        var normed = Norm($"{name}.norm1", h);
        var keysValues = Linear(
            normed,
            cat([this[$"{name}.attention.k.weight"], this[$"{name}.attention.v.weight"]], 0),
            cat([this[$"{name}.attention.k.bias"], this[$"{name}.attention.v.bias"]], 0)); // [rows, 2 * width]
        if (queries is not null)
        {
            (normed, h) = (RowGather.Of(normed, queries), RowGather.Of(h, queries));
        }

        var attended = TiledAttention.Attend(
            plan,
            Linear($"{name}.attention.q", normed),
            keysValues,
            biased ? this[$"{name}.position_bias.weight"] : null,
            biased ? this[$"{name}.time_bias.weight"] : null,
            keeps: !Recomputes);
        h = h.Plus(Linear($"{name}.attention.o", attended));
        return h.Plus(Mlp($"{name}.ffn", Norm($"{name}.norm2", h)));
    }
}
