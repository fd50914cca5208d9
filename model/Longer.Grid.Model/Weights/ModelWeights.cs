using System.Numerics.Tensors;

namespace Longer.Grid.Model;

/// <summary>The weights of one model, as float32, complete and checked against a config.</summary>
public sealed class ModelWeights
{
    private readonly Dictionary<string, float[]> _tensors;

    /// <summary>Takes tensors that were made in memory.</summary>
    /// <param name="config">The config that they must fit.</param>
    /// <param name="tensors">Data by name, row-major. The arrays are kept, not copied.</param>
    /// <exception cref="ModelFormatException">A tensor is missing, extra, of another size, or holds a NaN or an infinity.</exception>
    public ModelWeights(LongerConfig config, IReadOnlyDictionary<string, float[]> tensors)
    {
        Specs = TensorCatalog.Of(config);
        var problems = new List<string>();
        foreach (var spec in Specs)
        {
            if (!tensors.TryGetValue(spec.Name, out var data))
            {
                problems.Add(Missing(spec));
            }
            else if (data.Length != spec.Elements)
            {
                problems.Add($"{spec.Name} has {data.Length} elements; expected is the shape {Show(spec)}");
            }
            else if (FirstNonFinite(data) is { } at)
            {
                problems.Add(NonFinite(spec, at, data[at]));
            }
        }

        var known = Specs.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(tensors.Keys.Where(name => !known.Contains(name)).Select(name => $"{name} is not a tensor of this config"));
        if (problems.Count > 0)
        {
            throw new ModelFormatException(SafetensorsFile.FileName, problems);
        }

        _tensors = new(tensors, StringComparer.Ordinal);
    }

    /// <summary>Names and shapes of all tensors, in the order of MODEL.md section 10.</summary>
    public IReadOnlyList<TensorSpec> Specs { get; }

    /// <summary>A tensor's data, row-major. Not to be changed.</summary>
    /// <exception cref="KeyNotFoundException">The config has no such tensor.</exception>
    public float[] this[string name] => _tensors[name];

    internal static string Missing(TensorSpec spec) => $"{spec.Name} is missing; expected is the shape {Show(spec)}";

    internal static string NonFinite(TensorSpec spec, int at, float value) => $"{spec.Name} of shape {Show(spec)} holds {value} at element {at}; expected are finite numbers";

    internal static string Show(TensorSpec spec) => TensorSpec.Show(spec.Shape.Select(e => (long)e));

    internal static int? FirstNonFinite(ReadOnlySpan<float> data)
    {
        // The sum of magnitudes is finite only if each one is; it overflows for no weights that mean anything.
        if (float.IsFinite(TensorPrimitives.SumOfMagnitudes(data)))
        {
            return null;
        }

        for (var i = 0; i < data.Length; i++)
        {
            if (!float.IsFinite(data[i]))
            {
                return i;
            }
        }

        return null;
    }
}
