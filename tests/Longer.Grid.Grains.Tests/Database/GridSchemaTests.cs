namespace Longer.Grid.Grains.Tests;

/// <summary>Tables are made and brought up to date by whoever comes, once, and what they hold stays.</summary>
public abstract class GridSchemaTests
{
    protected abstract GridDatabase Database { get; }

    [Fact]
    public async Task Of_several_that_start_at_once_one_makes_the_tables_and_the_others_find_them()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => GridSchema.Migrate(Database), TestContext.Current.CancellationToken)));

        Assert.Single(starts, start => start == new Migrated(0, GridSchema.Version, CarriedChangesOn: false));
        Assert.Equal(7, starts.Count(start => start == new Migrated(GridSchema.Version, GridSchema.Version, CarriedChangesOn: false)));
        GridSchema.Require(Database);
    }

    [Fact]
    public void Without_tables_the_command_that_makes_them_is_named() =>
        Assert.Contains("longer-grid migrate", Assert.Throws<StoreUnavailableException>(() => GridSchema.Require(Database)).Message, StringComparison.Ordinal);

    // What each version had not yet.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Tables_of_an_older_version_are_refused_until_they_are_brought_up_to_date_and_keep_their_events(int version)
    {
        GridSchema.Migrate(Database);
        BehaviorEvent[] events = [new("7", "play", 1_700_000_000_000, [])];
        using (var store = new BehaviorStore(Database, unsafeDurability: false, TimeProvider.System))
        {
            var epoch = (await store.OpenAsync("u")).Epoch;
            Assert.True(await store.WriteAsync("u", epoch, 0, 1, replaces: false, UserLife.SegmentsOf(events)));
        }

        Run(
            "ALTER TABLE user_head DROP COLUMN born", "DROP TABLE training", "DROP TABLE training_position", "DROP TABLE training_chunk",
            $"UPDATE grid_schema SET version = {version}");
        if (version < 5)
        {
            Run("DROP TABLE outcome", "DELETE FROM grid_setting WHERE name = 'outcome-retention'");
        }

        if (version < 4)
        {
            Run(["DROP INDEX behavior_segment_change", .. Unstamped, "ALTER TABLE behavior_segment DROP COLUMN change", "DROP TABLE store_change"]);
        }

        if (version < 3)
        {
            Run("DROP TABLE grid_setting");
        }

        if (version == 1)
        {
            Run(
                "DROP TABLE grid_schema", "DROP TABLE model_upload", "DROP TABLE model_chunk", "ALTER TABLE user_head DROP COLUMN previous_epoch",
                "CREATE TABLE behavior_schema (version integer NOT NULL)");
        }

        var refused = Assert.Throws<StoreUnavailableException>(() => GridSchema.Require(Database));
        var brought = GridSchema.Migrate(Database);

        Assert.Contains($"of version {version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(new Migrated(version, GridSchema.Version, CarriedChangesOn: false), brought);
        Assert.Equal(Retention.All, GridSettings.ReadRetention(Database));
        Assert.Equal(OutcomeRetention.Default, GridSettings.ReadOutcomeRetention(Database));
        using var after = new BehaviorStore(Database, unsafeDurability: false, TimeProvider.System);
        Assert.Equal(1, (await after.OpenAsync("u")).NextOrdinal);
        Assert.Equal("7", Assert.Single(SegmentCodec.Read((await after.ReadSegmentsAsync("u", 0, 0))[0].Events)).ItemId);
        using var feed = new ChangeFeed(Database);
        var page = await feed.ReadSegmentsAsync(default, limit: 10);
        Assert.Equal("u", Assert.Single(page.Changes).UserId);
        Assert.Equal(version < 4, page.Changes[0].Change == 0);
        Assert.Empty((await feed.ReadSegmentsAsync(page.Next, limit: 10)).Changes);
    }

    /// <summary>Takes away what stamps rows that nobody has stamped.</summary>
    protected virtual IReadOnlyList<string> Unstamped => [];

    private void Run(params string[] statements)
    {
        using var source = Database.Open("test", 1);
        using var connection = source.OpenConnection();
        foreach (var statement in statements)
        {
            connection.Execute(null, statement);
        }
    }
}
