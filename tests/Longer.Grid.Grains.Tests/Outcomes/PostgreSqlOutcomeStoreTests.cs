namespace Longer.Grid.Grains.Tests;

public sealed class PostgreSqlOutcomeStoreTests(PostgreSqlServer server) : OutcomeStoreTests, IClassFixture<PostgreSqlServer>
{
    protected override GridDatabase Database { get; } = GridDatabase.Shared(server.NewDatabase());

    // A caller that was not answered sends the same batch to another silo, in another order, while the first is under way.
    [Fact]
    public async Task The_same_batch_sent_to_several_silos_at_once_is_counted_once()
    {
        GridSchema.Migrate(Database);
        var rows = Enumerable.Range(0, 300).Select(i => OutcomeCodec.Write(Outcomes.Of($"u{i}", 1))).ToList();
        using BehaviorStore one = Open(), other = Open();

        var accepted = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            (i % 2 == 0 ? one : other).AddAsync([.. i < 4 ? rows : Enumerable.Reverse(rows)])));

        Assert.Equal(300, accepted.Sum());
    }
}
