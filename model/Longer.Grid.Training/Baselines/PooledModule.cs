using Longer.Grid.Model;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>
/// A baseline that adds a user's event tokens up: all alike (sum pooling), or each weighed against the candidate by a small network (Deep
/// Interest Network, Zhou et al. 2018). Tables, tokens and head are LONGER's; the tokens are as wide as the config says (<see cref="Unmerged"/>).
/// </summary>
/// <remarks>
/// The network reads [e; c; e - c; e * c]. Its first map is taken apart, W1 e + W2 c + W3 (e - c) + W4 (e * c) = (W1 + W3) e + (W2 - W3) c
/// + (W4 diag c) e, so that all pairs of a request are one matrix product. As in the paper the weights are not normalised; sums
/// are divided by the square root of the number of events, so that users of all lengths have a like scale.
/// </remarks>
internal sealed class PooledModule : RankingModule
{
    private const int UnitWidth = 64;

    private readonly int _newest;
    private readonly bool _weighs;

    /// <summary>A module with weights drawn from a seed.</summary>
    /// <param name="config">Tables and widths.</param>
    /// <param name="newest">Events that a request reads, the newest ones.</param>
    /// <param name="weighs">Whether events are weighed against the candidate.</param>
    /// <param name="seed">Of the weights.</param>
    public PooledModule(LongerConfig config, int newest, bool weighs, int seed)
        : this(config, newest, weighs, SpecsOf(config, weighs), ModelInitializer.Random(SpecsOf(config, weighs), seed))
    {
    }

    private PooledModule(LongerConfig config, int newest, bool weighs, IReadOnlyList<TensorSpec> specs, Dictionary<string, float[]> values)
        : base(nameof(PooledModule), config, specs, spec => LongerModule.FromArray(values[spec.Name], spec)) =>
        (_newest, _weighs) = (newest, weighs);

    private PooledModule(PooledModule other)
        : base(nameof(PooledModule), other.Config, other.Specs, SharedWith(other)) =>
        (_newest, _weighs) = (other._newest, other._weighs);

    internal override RankingModule Replica() => new PooledModule(this) { UsesCrossFeatures = UsesCrossFeatures };

    internal override object Prepare(IReadOnlyList<RequestSpan> spans) => new PooledBatch(spans, _newest);

    internal override Tensor Logits(object batch)
    {
        var b = (PooledBatch)batch;
        var candidates = Candidates(b.Candidates); // [C, D]
        var users = RowGather.Of(Users(b.Candidates), [.. b.Candidates.RequestOf.Select(r => b.Candidates.SpanOf[r])]); // [C, D]
        var events = b.Items.Length == 0 ? null : Events(b.Items, b.Sides, b.Actions, b.Gaps); // [events, d]
        var asEvents = _weighs ? Linear("unit.candidate.in", candidates) : null; // [C, d]
        var pooled = new List<Tensor>();
        var scales = new List<float>();
        foreach (var (first, count, some) in b.Ranges)
        {
            var at = scales.Count;
            pooled.Add(count == 0 ? zeros(some, Config.EventDim) : Pool(events!.slice(0, first, first + count, 1), asEvents?.slice(0, at, at + some, 1), some));
            scales.AddRange(Enumerable.Repeat(1 / MathF.Sqrt(Math.Max(1, count)), some));
        }

        return Mlp("head", cat([candidates, users, cat(pooled, 0) * tensor(scales.ToArray(), [scales.Count, 1])], 1));
    }

    private static List<TensorSpec> SpecsOf(LongerConfig config, bool weighs)
    {
        string[] kept = ["item.", "side.", "action.", "gap.", "user.", "profile.", "cross.", "event.", "candidate."];
        var specs = TensorCatalog.Of(config).Where(spec => kept.Any(prefix => spec.Name.StartsWith(prefix, StringComparison.Ordinal))).ToList();
        int d = config.EventDim, width = config.ModelDim;
        if (weighs)
        {
            Linear("unit.candidate.in", width, d);
            Linear("unit.in", 4 * d, UnitWidth);
            Linear("unit.out", UnitWidth, 1);
        }

        Linear("head.in", (2 * width) + d, width);
        Linear("head.out", width, config.Tasks.Count);
        return specs;

        void Linear(string name, int inputs, int outputs)
        {
            specs.Add(new TensorSpec($"{name}.weight", [outputs, inputs]));
            specs.Add(new TensorSpec($"{name}.bias", [outputs]));
        }
    }

    /// <summary>A request's summed events for each of its candidates: <c>[n, d], [c, d] -> [c, d]</c>.</summary>
    private Tensor Pool(Tensor events, Tensor? candidates, int count)
    {
        int d = Config.EventDim;
        if (candidates is null)
        {
            return events.sum(0, keepdim: true).expand(count, d);
        }

        var w = this["unit.in.weight"]; // [h, 4d]
        Tensor[] parts = [.. Enumerable.Range(0, 4).Select(i => w.slice(1, i * d, (i + 1) * d, 1))];
        var ofCandidates = nn.functional.linear(candidates, parts[1].Minus(parts[2]), this["unit.in.bias"]); // [c, h]
        var ofEvents = (candidates.unsqueeze(1) * parts[3]).Plus(parts[0].Plus(parts[2])); // [c, h, d]
        var hidden = nn.functional.linear(events, ofEvents.view(-1, d), ofCandidates.view(-1)).view(-1, count, UnitWidth); // [n, c, h]
        var weights = Linear("unit.out", nn.functional.gelu(hidden)).squeeze(2); // [n, c]
        return weights.t().matmul(events);
    }
}
