namespace Longer.Grid.Training;

/// <summary>Side values of rows; an item that comes again with the same values shares one list with before.</summary>
internal sealed class SideReader(IReadOnlyList<NamedColumn> sides, int firstColumn)
{
    private readonly Dictionary<string, KeyValuePair<string, string>[]> _lastOfItem = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, string>> _row = [];

    public IReadOnlyList<KeyValuePair<string, string>> Read(FieldReader fields, string itemId)
    {
        _row.Clear();
        for (var i = 0; i < sides.Count; i++)
        {
            if (fields.OptionalId(firstColumn + i) is { } value)
            {
                _row.Add(new(sides[i].Name, value));
            }
        }

        if (!_lastOfItem.TryGetValue(itemId, out var last) || !last.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_row)))
        {
            _lastOfItem[itemId] = last = [.. _row];
        }

        return last;
    }
}
