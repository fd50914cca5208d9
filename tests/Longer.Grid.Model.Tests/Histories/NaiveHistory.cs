namespace Longer.Grid.Model.Tests;

/// <summary>A user's whole life in a list, never trimmed: what <see cref="EventHistory"/> must look like from outside.</summary>
internal sealed class NaiveHistory
{
    public List<KeyedEvent> Life { get; init; } = [];

    public int First { get; set; }

    public NaiveHistory Copy() => new() { Life = [.. Life], First = First };

    /// <summary>Holds a snapshot against this history, value by value and column by column.</summary>
    public void AssertIs(HistorySnapshot snapshot, IEnumerable<string> sides)
    {
        var kept = Life.Skip(First).ToList();
        Assert.Equal((First, kept.Count, Life.Count), (snapshot.FirstOrdinal, snapshot.Count, snapshot.NextOrdinal));
        Assert.Equal(kept.Select(e => e.ItemKey), snapshot.ItemKeys.ToArray());
        Assert.Equal(kept.Select(e => e.AtMs), snapshot.CopyTimesMs());
        for (var ordinal = First; ordinal < Life.Count; ordinal++)
        {
            var it = Life[ordinal];
            Assert.Equal((it.ItemKey, it.AtMs, it.Action), (snapshot.ItemKey(ordinal), snapshot.AtMs(ordinal), snapshot.Action(ordinal)));
            foreach (var side in sides)
            {
                Assert.Equal(it.Sides.Where(s => s.Key == side).Select(s => (ulong?)s.Value).SingleOrDefault(), snapshot.SideKey(side, ordinal));
            }
        }
    }
}
