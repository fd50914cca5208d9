namespace Longer.Grid.Cluster.Tests;

/// <summary>Silos come and go while users append and score, and nobody notices.</summary>
public sealed class ScaleTests
{
    private const int Seed = 61;
    private const int Users = 40;

    private static readonly TimeSpan Share = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_silo_takes_its_share_within_a_minute_without_a_failed_request()
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 2, Seed, roles: "serve");
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        var before = await load.UsersBySiloAsync(cluster.Processes[2]);
        await cluster.AddAsync("serve");
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Token);
        soon.CancelAfter(Share);
        var after = before;
        while (after.Count < 3 || after.Values.Min() < Users / 10)
        {
            await Task.Delay(200, soon.Token);
            after = await load.UsersBySiloAsync(cluster.Processes[2]);
        }

        await load.MoreAsync(600);
        await load.StopAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"Users by silo: {string.Join(", ", before)}; then {string.Join(", ", after)}. {load.Log.Answers.Count} answers, {load.Log.Failures.Count} failures.");
        Assert.Empty(load.Log.Failures);
        Assert.Equal(Kept.Everything, await load.JudgeAsync(cluster.Processes[2]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silo_that_is_told_to_end_moves_its_users_first_and_exits_0_without_a_failed_request(bool overHttp)
    {
        await using var cluster = await RunningCluster.StartAsync(silos: 3, Seed, roles: "serve");
        await using var load = new ClusterLoad(cluster, Users, Seed);
        await load.MoreAsync(600);

        if (overHttp)
        {
            using var asked = await cluster.Processes[3].Http.PostAsync($"v1/cluster/silos/{await cluster.Processes[3].Caller.SiloIdAsync(cluster.Processes[1].Silo!)}/drain", null, Token);
            Assert.Equal(System.Net.HttpStatusCode.Accepted, asked.StatusCode);
        }
        else
        {
            cluster.Processes[1].Command.Terminate();
        }

        (await cluster.Processes[1].Command.EndAsync()).ShouldExitWith(0);
        await load.MoreAsync(600);
        await load.StopAsync();

        TestContext.Current.TestOutputHelper!.WriteLine($"{load.Log.Answers.Count} answers, {load.Log.Failures.Count} failures; the longest took {load.Log.Answers.Max(a => a.Took).TotalSeconds:F2} s.");
        Assert.Empty(load.Log.Failures);
        Assert.Equal(Kept.Everything, await load.JudgeAsync(cluster.Processes[3]));
    }
}
