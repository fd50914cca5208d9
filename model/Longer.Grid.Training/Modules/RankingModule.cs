using Longer.Grid.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>A model that scores requests: LONGER, or a baseline that reads the same events and candidates through the same tables.</summary>
/// <remarks>
/// Large tables (items, users, side and profile features) are not part of libtorch's differentiation: a pass copies the rows it reads into a
/// leaf, so that gradients and updates cost by the rows touched and not by the table.
/// A replica shares its weights with the module it was made from and has gradients of its own: one for each training thread.
/// </remarks>
public abstract class RankingModule : nn.Module
{
    private readonly Dictionary<string, Parameter> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TableIndex> _tables = new(StringComparer.Ordinal);

    /// <summary>Takes weights, or shares another module's.</summary>
    /// <param name="name">Name of the architecture.</param>
    /// <param name="config">Tables, widths and windows.</param>
    /// <param name="specs">Names and shapes of all parameters.</param>
    /// <param name="values">A tensor for each, float32; the module owns them.</param>
    private protected RankingModule(string name, LongerConfig config, IReadOnlyList<TensorSpec> specs, Func<TensorSpec, Tensor> values)
        : base(Loaded(name))
    {
        Config = config;
        Specs = specs;
        var scopes = new Dictionary<string, ParameterScope>(StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            var isTable = IsTable(spec.Name);
            var parameter = new Parameter(values(spec), requires_grad: !isTable);
            _named.Add(spec.Name, parameter);
            ParameterScope.Register(this, scopes, spec.Name, parameter);
            if (isTable)
            {
                _tables.Add(spec.Name, new TableIndex(spec.Shape[0]));
            }
        }
    }

    /// <summary>Tables, widths and windows.</summary>
    public LongerConfig Config { get; }

    /// <summary>Names and shapes of all parameters.</summary>
    public IReadOnlyList<TensorSpec> Specs { get; }

    /// <summary>Whether the candidate token reads the cross features of MODEL.md section 5; without, it reads each as "never".</summary>
    public bool UsesCrossFeatures { get; init; } = true;

    /// <summary>Whether a tracked pass keeps only the inputs of its layers, and computes them again on the way back. Set on replicas, by the trainer.</summary>
    internal bool Recomputes { get; set; }

    /// <summary>In which numbers linear maps are computed. Set on replicas, by the trainer: a module that scores does so in float32.</summary>
    internal TrainingPrecision Precision { get; set; }

    /// <summary>Numbers that training may change.</summary>
    public long ParameterCount => Specs.Sum(spec => spec.Elements);

    /// <summary>Rows of large tables that the last tracked pass read. The trainer takes and clears them.</summary>
    internal List<TableRead> TableReads { get; } = [];

    /// <summary>libtorch's own module is made by the base constructor: the library must be there before it.</summary>
    private static string Loaded(string name)
    {
        TorchRuntime.EnsureLoaded();
        return name;
    }

    /// <summary>Whether a parameter is a large table, updated by row.</summary>
    internal static bool IsTable(string name) =>
        name is "item.weight" or "user.weight"
        || ((name.StartsWith("side.", StringComparison.Ordinal) || name.StartsWith("profile.", StringComparison.Ordinal)) && name.EndsWith(".weight", StringComparison.Ordinal));

    /// <summary>A parameter by its name.</summary>
    internal Parameter this[string name] => _named[name];

    /// <summary>A copy of every parameter, by name.</summary>
    internal Dictionary<string, float[]> Copy() => Specs.ToDictionary(spec => spec.Name, spec => this[spec.Name].Floats().ToArray());

    /// <summary>Overwrites every parameter.</summary>
    internal void Load(IReadOnlyDictionary<string, float[]> values)
    {
        foreach (var spec in Specs)
        {
            values[spec.Name].CopyTo(this[spec.Name].Floats());
        }
    }

    /// <summary>A module with the same weights and gradients of its own.</summary>
    internal abstract RankingModule Replica();

    /// <summary>Lays requests out for <see cref="Logits"/>. Touches no tensor.</summary>
    internal abstract object Prepare(IReadOnlyList<RequestSpan> spans);

    /// <summary>Logits of all candidates of a prepared batch, shape <c>[candidates, tasks]</c>.</summary>
    internal abstract Tensor Logits(object batch);

    private protected static Func<TensorSpec, Tensor> SharedWith(RankingModule other) => spec => other[spec.Name].detach();

    /// <summary>Rows of a large table, shape <c>[rows, width]</c>.</summary>
    private protected Tensor Table(string name, int[] rows)
    {
        if (!is_grad_enabled())
        {
            return RowGather.Of(this[name], rows);
        }

        var (different, numbers) = _tables[name].Of(rows);
        var values = Untracked(this[name], different).requires_grad_();
        TableReads.Add(new TableRead(name, different, values));
        return RowGather.Of(values, numbers);
    }

    /// <summary>x W' + b, float32.</summary>
    private protected Tensor Linear(string name, Tensor x) => Linear(x, this[$"{name}.weight"], this[$"{name}.bias"]);

    /// <inheritdoc cref="Linear(string, Tensor)"/>
    private protected Tensor Linear(Tensor x, Tensor weight, Tensor bias) => Widened(Narrow(x, weight, bias));

    private protected Tensor Norm(string name, Tensor x)
    {
        const double epsilon = 1e-5; // MODEL.md section 6.
        return nn.functional.layer_norm(x, [x.shape[^1]], this[$"{name}.weight"], this[$"{name}.bias"], epsilon);
    }

    /// <summary>Two linear maps with a GELU between them, float32.</summary>
    private protected Tensor Mlp(string name, Tensor x) => Linear($"{name}.out", nn.functional.gelu(Narrow(x, this[$"{name}.in.weight"], this[$"{name}.in.bias"])));

    /// <summary>A layer or so: what <see cref="Recomputes"/> is about.</summary>
    private protected Tensor Part(Func<Tensor, Tensor> part, Tensor input) => Recomputes ? Recomputed.Of(part, input) : part(input);

    /// <summary>Event tokens (MODEL.md section 3), shape <c>[events, d]</c>.</summary>
    private protected Tensor Events(int[] items, int[][] sides, int[] actions, int[] gaps)
    {
        var parts = new List<Tensor> { Table("item.weight", items) };
        for (var s = 0; s < sides.Length; s++)
        {
            parts.Add(Table($"side.{Config.Sides[s].Name}.weight", sides[s]));
        }

        parts.Add(RowGather.Of(this["action.weight"], actions));
        parts.Add(RowGather.Of(this["gap.weight"], gaps));
        return Part(x => Mlp("event", x), cat(parts, 1));
    }

    /// <summary>Candidate tokens (MODEL.md section 5), shape <c>[candidates, D]</c>.</summary>
    private protected Tensor Candidates(CandidateRows rows)
    {
        var parts = new List<Tensor> { Table("item.weight", rows.Items) };
        for (var s = 0; s < rows.Sides.Length; s++)
        {
            parts.Add(Table($"side.{Config.Sides[s].Name}.weight", rows.Sides[s]));
        }

        var names = Config.Sides.Select(side => side.Name).Prepend("item").ToArray();
        for (var f = 0; f < rows.Cross.Length; f++)
        {
            var isCount = f % 2 == 0;
            var buckets = UsesCrossFeatures ? rows.Cross[f] : [.. Enumerable.Repeat(isCount ? 0 : LogBucket.Never, rows.Count)];
            parts.Add(RowGather.Of(this[$"cross.{names[f / 2]}_{(isCount ? "count" : "age")}.weight"], buckets));
        }

        return Part(y => Mlp("candidate", y), cat(parts, 1));
    }

    /// <summary>User tokens (MODEL.md section 5), shape <c>[spans, D]</c>.</summary>
    private protected Tensor Users(CandidateRows rows)
    {
        var users = Table("user.weight", rows.UserRows);
        for (var p = 0; p < rows.ProfileRows.Length; p++)
        {
            users = users.Plus(Table($"profile.{Config.Profile[p].Name}.weight", rows.ProfileRows[p]));
        }

        return users;
    }

    /// <summary>x W' + b in the numbers of <see cref="Precision"/>.</summary>
    private Tensor Narrow(Tensor x, Tensor weight, Tensor bias) => nn.functional.linear(Narrowed(x), Narrowed(weight), Narrowed(bias));

    private Tensor Narrowed(Tensor x) => Precision == TrainingPrecision.BFloat16 ? x.to(ScalarType.BFloat16) : x;

    private static Tensor Widened(Tensor x) => x.dtype == ScalarType.Float32 ? x : x.to(ScalarType.Float32);

    private static Tensor Untracked(Tensor rows, int[] indices)
    {
        using (no_grad())
        {
            return RowGather.Of(rows, indices);
        }
    }
}
