namespace Longer.Grid.Cluster.Tests;

/// <summary>Many more scores at once than a grid with one worker can serve. How fast it is, the benchmark <c>overload</c> says.</summary>
internal static class OverloadScenario
{
    /// <summary>Scores that the gateway lets be under way.</summary>
    public const int AtOnce = 8;

    private const int Callers = 150;
    private const int Rounds = 3;
    private const int Candidates = 1_000;
    private const int TimeoutMs = 120_000;
    private const string User = "somebody";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs it.</summary>
    /// <param name="without">A mechanism that the grid lacks.</param>
    public static async Task<OverloadVerdict> RunAsync(string? without = null)
    {
        using var folder = new TemporaryFolder();
        SlowModel.Write(folder["model"]);
        using var grid = await RunningGrid.StartWithoutAsync(
            without, folder["data"], "--model", folder["model"], "--workers", "1", "--concurrent-scores", $"{AtOnce}");
        Assert.Equal(200, (await Answered.AppendAsync(grid.Http, User, 0, SlowModel.Events)).Status);
        Assert.Equal(200, (await Answered.ScoreAsync(grid.Http, User, TimeoutMs)).Status);

        var body = new { userId = User, candidates = Enumerable.Range(0, Candidates).Select(i => new { itemId = $"{i}" }).ToArray(), timeoutMs = TimeoutMs };
        List<Answered> answers = [];
        var queued = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var storm = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Answered.PostAsync(grid.Http, "v1/score", body)));
            while (!storm.IsCompleted)
            {
                queued = Math.Max(queued, await QueueAsync(grid.Http));
                await Task.Delay(5, Token);
            }

            answers.AddRange(await storm);
        }

        return new OverloadVerdict(answers, queued, await Answered.ScoreAsync(grid.Http, User, TimeoutMs), await QueueAsync(grid.Http)).Told();
    }

    private static async Task<int> QueueAsync(HttpClient http) =>
        (await Answered.GetAsync(http, "v1/cluster")).Body!["silos"]![0]!["serving"]!["queue"]!.GetValue<int>();
}

/// <summary>What became of more scores than could be served.</summary>
/// <param name="Answers">To all of them.</param>
/// <param name="Queued">Most calls that waited for the device.</param>
/// <param name="Then">The answer to a score after all of them.</param>
/// <param name="QueuedThen">Calls that waited after that.</param>
internal sealed record OverloadVerdict(IReadOnlyList<Answered> Answers, int Queued, Answered Then, int QueuedThen)
{
    /// <summary>Those that were served.</summary>
    public IEnumerable<Answered> Served => Answers.Where(answer => answer.Status == 200);

    /// <summary>Those that were not.</summary>
    public IEnumerable<Answered> Refused => Answers.Where(answer => answer.Status != 200);

    public OverloadVerdict Told()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"{Served.Count()} served, {Refused.Count()} refused; {Queued} waited at most. Then: {Then}; {QueuedThen} wait.");
        return this;
    }
}
