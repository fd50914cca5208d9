namespace Longer.Grid.Grains.Tests;

public sealed class SqliteRetentionTests : RetentionTests
{
    protected override GridDatabase? Database => null;

    [Fact]
    public async Task An_embedded_grid_keeps_what_it_was_told_until_it_is_told_otherwise()
    {
        await using var silo = new OneSilo { Retention = Retention.Newest(300) };
        await silo.InitializeAsync();
        silo.Retention = null;
        await silo.RestartAsync();
        Assert.Equal(Retention.Newest(300), Read());

        silo.Retention = Retention.All;
        await silo.RestartAsync();
        Assert.Equal(Retention.All, Read());

        Retention Read() => GridSettings.ReadRetention(GridDatabase.Embedded(silo.Folder));
    }
}
