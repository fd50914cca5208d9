using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Longer.Grid.Grains;

namespace Longer.Grid.Cluster.Tests;

public sealed class OutcomeTests
{
    private const int Seed = 23;
    private const int Shared = 300;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outcomes_are_counted_once_wherever_they_come_in_and_what_was_answered_outlives_all_processes()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed);

        // One that is in the cluster and serves nobody, and one that is only its client.
        await cluster.AddAsync("gateway");
        await cluster.AddGatewayAsync();
        var accepted = new List<int>();
        await Task.WhenAll(cluster.Processes.Select(async (process, p) =>
        {
            var both = await Task.WhenAll(AddAsync(process, "shared", Shared), AddAsync(process, $"process {p}", 50));
            lock (accepted)
            {
                accepted.AddRange(both);
            }
        }));
        using (var erased = await cluster.Processes[^1].Http.DeleteAsync("v1/users/user%200", Token))
        {
            Assert.True(erased.IsSuccessStatusCode);
        }

        foreach (var process in cluster.Processes)
        {
            process.Command.Kill();
        }

        // A tenth of all was of the user who is gone.
        const int Sent = Shared + (4 * 50);
        Assert.Equal(Sent, accepted.Sum());
        using var feed = new ChangeFeed(GridDatabase.Shared(cluster.Database));
        var kept = (await ReadAsync(feed, Sent / 10 * 9)).Select(change => (change.Outcome.UserId, change.Outcome.RequestId)).ToList();
        Assert.Equal(kept.Distinct().Count(), kept.Count);
        Assert.Equal(Sent / 10 * 9, kept.Count);
        Assert.DoesNotContain(kept, outcome => outcome.UserId == "user 0");
    }

    // One that holds no user holds a part of the grain directory all the same: who writes outcomes is looked up there.
    [Theory]
    [InlineData("train")]
    [InlineData("serve")]
    public async Task While_a_silo_dies_outcomes_go_on_to_be_accepted(string role)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed);
        var dying = await cluster.AddAsync(role);
        var (stop, problems) = (false, new List<string>());
        var callers = Enumerable.Range(0, 4).Select(caller => Task.Run(
            async () =>
            {
                for (var i = 0; !Volatile.Read(ref stop); i++)
                {
                    var outcome = new { userId = $"user {i % 10}", at = 1_700_000_000_000 + i, requestId = $"{caller} {i}", items = new[] { new { itemId = i, labels = new { like = 1 } } } };
                    using var answer = await cluster.Processes[caller % 2].Http.PostAsJsonAsync("v1/outcomes", new { outcomes = new[] { outcome } }, Token);
                    if (!answer.IsSuccessStatusCode)
                    {
                        var body = await answer.Content.ReadAsStringAsync(Token);
                        lock (problems)
                        {
                            problems.Add(body);
                        }
                    }
                }
            },
            Token)).ToList();

        dying.Command.Kill();
        await cluster.DeadAsync(dying);
        Volatile.Write(ref stop, true);
        await Task.WhenAll(callers);

        Assert.Empty(problems);
    }

    private static async Task<int> AddAsync(ClusterProcess process, string requests, int count)
    {
        var outcomes = Enumerable.Range(0, count).Select(i => new
        {
            userId = $"user {i % 10}", at = 1_700_000_000_000 + i, requestId = $"{requests} {i}", items = new[] { new { itemId = i, labels = new { like = i % 2 } } },
        });
        using var answer = await process.Http.PostAsJsonAsync("v1/outcomes", new { outcomes }, Token);
        var body = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, body);
        var json = JsonNode.Parse(body)!;
        Assert.Equal(count, (int)json["accepted"]! + (int)json["duplicates"]!);
        return (int)json["accepted"]!;
    }

    // The sessions of the killed processes end a moment after them.
    private static async Task<IReadOnlyList<ChangedOutcome>> ReadAsync(ChangeFeed feed, int count)
    {
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            var page = await feed.ReadOutcomesAsync(default, limit: 10_000);
            if (page.Changes.Count >= count)
            {
                return page.Changes;
            }
        }
    }
}
