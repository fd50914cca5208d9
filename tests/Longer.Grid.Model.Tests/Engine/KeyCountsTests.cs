namespace Longer.Grid.Model.Tests;

public sealed class KeyCountsTests
{
    // Few keys and many events, and the other way round; 0 is a key, and what a missing one reads as.
    [Theory]
    [InlineData(0, 50, 5)]
    [InlineData(1, 50, 1)]
    [InlineData(40, 500, 8)]
    [InlineData(500, 300, 1000)]
    [InlineData(300, 2000, 40)]
    public void Keys_are_counted_as_by_looking_at_each_event(int asked, int events, int values)
    {
        var random = new Random(asked + events);
        ulong?[] keys = [.. Enumerable.Range(0, asked).Select(_ => Value(random, values))];
        var column = new KeyColumn(events);
        for (var i = 0; i < events; i++)
        {
            column[i] = Value(random, values);
        }

        var seen = new KeyCounts(keys);
        var from = events / 3;
        seen.Count(column.Keys(events), from, column);

        foreach (var key in keys)
        {
            var found = Enumerable.Range(from, events - from).Where(i => key is not null && column[i] == key).ToList();
            Assert.Equal((found.Count, found.Count == 0 ? -1 : found[^1]), seen.Of(key));
        }
    }

    private static ulong? Value(Random random, int values) => random.Next(6) == 0 ? null : (ulong)random.Next(values);
}
