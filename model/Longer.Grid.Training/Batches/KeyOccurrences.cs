namespace Longer.Grid.Training;

/// <summary>Where in a history each of some keys occurs: cross features of any request without a pass over its events.</summary>
internal sealed class KeyOccurrences
{
    private readonly Dictionary<ulong, List<int>> _indices = [];

    /// <summary>Remembers the places of those keys that will be asked for.</summary>
    /// <param name="asked">Keys of candidates.</param>
    /// <param name="count">Events.</param>
    /// <param name="keyAt">Key of an event, by index.</param>
    public KeyOccurrences(IEnumerable<ulong> asked, int count, Func<int, ulong?> keyAt)
    {
        foreach (var key in asked)
        {
            _indices.TryAdd(key, []);
        }

        for (var i = 0; i < count; i++)
        {
            if (keyAt(i) is { } key && _indices.TryGetValue(key, out var places))
            {
                places.Add(i);
            }
        }
    }

    /// <summary>How often a key occurs in <c>[from, to)</c>, and where last.</summary>
    /// <returns>The last index is -1 where there is none.</returns>
    public (int Count, int Last) Within(ulong? key, int from, int to)
    {
        if (key is not { } present)
        {
            return (0, -1);
        }

        var places = _indices[present];
        var (first, end) = (LowerBound(places, from), LowerBound(places, to));
        return end > first ? (end - first, places[end - 1]) : (0, -1);
    }

    private static int LowerBound(List<int> places, int index)
    {
        var found = places.BinarySearch(index);
        return found < 0 ? ~found : found;
    }
}
