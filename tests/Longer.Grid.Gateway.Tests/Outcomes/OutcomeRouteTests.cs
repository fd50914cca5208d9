namespace Longer.Grid.Gateway.Tests;

public sealed class OutcomeRouteTests
{
    private const string TwoOutcomes = """
        {"outcomes":[{"userId":5,"at":1767225600000,"requestId":"r/1","items":[{"itemId":7,"features":{"artist":12,"era":null},"labels":{"like":1,"share":0}},{"labels":{"like":0},"itemId":"song/1"}]},
                     {"items":[{"itemId":7,"labels":{"convert":1}}],"at":"2026-01-01T00:00:01Z","userId":"é"}]}
        """;

    [Fact]
    public async Task Outcomes_of_several_users_are_kept_as_they_were_said_and_counted_once()
    {
        await using var host = await GatewayHost.StartAsync();

        var first = await host.SendAsync("POST", "/v1/outcomes", TwoOutcomes);
        var again = await host.SendAsync("POST", "/v1/outcomes", TwoOutcomes);

        Assert.Equal((200, """{"accepted":2,"duplicates":0}"""), (first.Status, first.Body));
        Assert.Equal((200, """{"accepted":0,"duplicates":2}"""), (again.Status, again.Body));
        Assert.Equal([("5", 1_767_225_600_000, "r/1"), ("é", 1_767_225_601_000, null)], host.Grid.Outcomes.Kept.Select(o => (o.UserId, o.AtMs, o.RequestId)));
        var items = host.Grid.Outcomes.Kept[0].Items;
        Assert.Equal(["7", "song/1"], items.Select(item => item.ItemId));
        Assert.Equal([new("like", true), new("share", false), new("like", false)], items.SelectMany(item => item.Labels));
        Assert.Equal([new("artist", "12")], items.SelectMany(item => item.Features));
    }

    // The second is what Orleans says where the silo died that was asked where the writer is.
    [Theory]
    [InlineData(typeof(SiloUnavailableException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task A_silo_that_leaves_is_passed_over_and_another_writer_is_asked(Type fault)
    {
        await using var host = await GatewayHost.StartAsync();
        var tries = 0;
        host.Grid.Before = (_, _) => ++tries <= 2 ? Task.FromException((Exception)Activator.CreateInstance(fault)!) : Task.CompletedTask;

        var sent = host.SendAsync("POST", "/v1/outcomes", TwoOutcomes);
        while (await Task.WhenAny(sent, Task.Delay(10, TestContext.Current.CancellationToken)) != sent)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal("""{"accepted":2,"duplicates":0}""", (await sent).Body);
    }

    [Fact]
    public async Task Of_an_outcome_among_good_ones_that_is_wrong_the_path_is_named_and_none_is_kept()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", "/v1/outcomes", TwoOutcomes.Replace("\"convert\":1", "\"convert\":1.0", StringComparison.Ordinal));

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Problem));
        Assert.Equal(["$.outcomes[1].items[0].labels.convert"], answer.Paths);
        Assert.Empty(host.Grid.Outcomes.Kept);
    }

    // Each at its limit, and one beyond.
    [Theory]
    [InlineData(1_000, 1, 1, true)]
    [InlineData(1_001, 1, 1, false)]
    [InlineData(1, 2_000, 1, true)]
    [InlineData(1, 2_001, 1, false)]
    [InlineData(1, 1, 64, true)]
    [InlineData(1, 1, 65, false)]
    public async Task The_limits_of_a_batch_are_held(int outcomes, int items, int labels, bool taken)
    {
        await using var host = await GatewayHost.StartAsync();
        var body = new
        {
            outcomes = Enumerable.Range(0, outcomes).Select(o => new
            {
                userId = o,
                at = 1_767_225_600_000,
                items = Enumerable.Range(0, items).Select(i => new { itemId = i, labels = Enumerable.Range(0, labels).ToDictionary(l => $"task {l}", l => l % 2) }),
            }),
        };

        var answer = await host.PostAsync("/v1/outcomes", body);

        Assert.Equal(taken ? 200 : 400, answer.Status);
        Assert.Equal(taken ? outcomes : 0, host.Grid.Outcomes.Kept.Count);
    }
}
