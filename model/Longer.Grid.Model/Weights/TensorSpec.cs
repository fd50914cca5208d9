namespace Longer.Grid.Model;

/// <summary>Name and shape of one tensor of a model.</summary>
/// <param name="Name">As in MODEL.md section 10.</param>
/// <param name="Shape">Extents, outermost first; a linear weight is <c>[out, in]</c>.</param>
public sealed record TensorSpec(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Elements of the tensor.</summary>
    public long Elements => Shape.Aggregate(1L, (product, extent) => checked(product * extent));

    /// <summary>The shape as people write it: <c>[64, 8]</c>.</summary>
    public static string Show(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
