namespace Longer.Grid.Model;

/// <summary>Rows of keys, or of values, in a graph.</summary>
/// <param name="Numbers">Float <c>[rows, D]</c>.</param>
/// <param name="Scales">What the numbers of each head are to be multiplied by, <c>[rows, H]</c>; <see langword="null"/> for 1.</param>
internal readonly record struct KvRows(Value Numbers, Value? Scales = null)
{
    public static implicit operator KvRows(Value rows) => new(rows);
}
