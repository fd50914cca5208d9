using Longer.Grid.Oracle;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>An owner that was taken over learns it from the store, and its caller does not.</summary>
public sealed class TakenOverTests
{
    private const int Seed = 59;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_append_to_an_owner_that_was_taken_over_is_answered_by_the_next_owner() => Assert.Null(await AppendAsync(without: null));

    [Fact]
    public async Task Without_the_gateways_retry_the_caller_is_told_of_it() =>
        Assert.IsType<HttpRequestException>(await AppendAsync(without: "gateway-retry"));

    private static async Task<Exception?> AppendAsync(string? without)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, without: without);
        var caller = cluster.Processes[0].Caller;
        await caller.AppendAsync("user", Event(0), Token);
        await using var database = NpgsqlDataSource.Create(cluster.Database);
        await using var command = database.CreateCommand("UPDATE user_head SET previous_epoch = epoch, epoch = nextval('store_epoch')");
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Token));
        return await Record.ExceptionAsync(() => caller.AppendAsync("user", Event(1), Token));
    }

    private static List<OracleEvent> Event(int number) => [new("7", "play", 1_700_000_000_000 + number, new Dictionary<string, string>())];
}
