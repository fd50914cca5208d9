using System.Globalization;
using System.Text;
using Longer.Grid.Grains;

namespace Longer.Grid.Cluster.Tests;

public sealed class StoreSizeTests
{
    [Fact]
    public async Task An_import_tells_what_the_kept_events_take_in_the_store()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["schema.json"], """{ "events": { "user": "who", "item": "what", "action": "did", "at": { "column": "ms", "unit": "ms" } } }""", TestContext.Current.CancellationToken);
        var csv = new StringBuilder("who,what,did,ms\n");
        for (var i = 0; i < 2_000; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"u{i % 3},i{i % 97},play,{1_600_000_000_000 + (i * 1000L)}\n");
        }

        await File.WriteAllTextAsync(folder["events.csv"], csv.ToString(), TestContext.Current.CancellationToken);

        var told = (await GridCommand.RunAsync("import", "--data", folder["data"], "--events", folder["events.csv"], "--schema", folder["schema.json"])).ShouldExitWith(0).Output;

        var size = StoreSize.Read(GridDatabase.Embedded(folder["data"]));
        Assert.Equal(2_000, size.Events);
        Assert.InRange(size.BytesPerEvent, 1, 20);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"The store keeps 2,000 events in {size.SegmentBytes:N0} bytes of segments: {size.BytesPerEvent:0.0} bytes an event"), told, StringComparison.Ordinal);
    }
}
