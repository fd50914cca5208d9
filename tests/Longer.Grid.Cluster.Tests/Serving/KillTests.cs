using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>What a crash may take, and what it may not.</summary>
public sealed class KillTests
{
    private const int Seed = 23;
    private const int Users = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_acknowledged_event_outlives_kill_9_under_concurrent_appends()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], Seed);
        var writers = Enumerable.Range(0, Users).Select(user => new Writer($"user {user}", new Random(user), model.Config)).ToList();
        for (var round = 0; round < 3; round++)
        {
            // The model is given once: a restart must find it, active, by itself.
            string[] given = round == 0 ? ["--model", folder["model"]] : [];
            using var grid = await RunningGrid.StartAsync(folder["data"], given);
            await CheckAsync(grid, model, writers);

            // Scores run beside the appends, so that states are resident and grow.
            var enough = new SemaphoreSlim(0);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var appending = writers.Select(writer => writer.AppendAsync(grid, enough, stop.Token)).ToList();
            var scoring = ScoreUntilStoppedAsync(grid, writers, stop.Token);
            for (var batches = 0; batches < 25 * Users; batches++)
            {
                await enough.WaitAsync(Token);
            }

            grid.Command.Kill();
            await Task.WhenAll(appending);
            await stop.CancelAsync();
            await scoring;
        }

        using var last = await RunningGrid.StartAsync(folder["data"]);
        await CheckAsync(last, model, writers);
        foreach (var writer in writers)
        {
            // What was not acknowledged may be sent again, whether it was committed or not.
            await writer.SendAgainAsync(last);
        }

        await CheckAsync(last, model, writers);
    }

    private static async Task CheckAsync(RunningGrid grid, ModelPackage model, List<Writer> writers)
    {
        foreach (var writer in writers)
        {
            var kept = await grid.HistoryAsync(writer.UserId);
            writer.Hold(kept);
            var candidates = RandomHistories.Candidates(new Random(Seed), model.Config, kept, 5);
            var atMs = writer.NowMs + 1_000;
            var scored = new OracleCase(new OracleUser(writer.UserId, new Dictionary<string, string>()), 0, kept, candidates, atMs);
            ScorerParity.Check(await grid.LogitsAsync(writer.UserId, candidates, atMs), model, scored, writer.UserId);
        }
    }

    private static async Task ScoreUntilStoppedAsync(RunningGrid grid, List<Writer> writers, CancellationToken stop)
    {
        try
        {
            for (var turn = 0; !stop.IsCancellationRequested; turn++)
            {
                await grid.LogitsAsync(writers[turn % writers.Count].UserId, [new("7", new Dictionary<string, string>())], writers[0].NowMs);
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    private sealed class Writer(string userId, Random random, LongerConfig config)
    {
        private readonly List<OracleEvent> _acknowledged = [];
        private List<OracleEvent> _unknown = [];

        public string UserId => userId;

        public long NowMs { get; private set; } = 1_700_000_000_000;

        /// <summary>Appends batch after batch until the process is gone.</summary>
        public async Task AppendAsync(RunningGrid grid, SemaphoreSlim acknowledged, CancellationToken stop)
        {
            try
            {
                while (true)
                {
                    await SendAsync(grid, stop);
                    acknowledged.Release();
                }
            }
            catch (HttpRequestException)
            {
                // Killed: whether the last batch was committed, nobody said.
            }
        }

        public Task SendAgainAsync(RunningGrid grid) => SendAsync(grid, Token);

        /// <summary>Holds what the grid kept to what it acknowledged: all of that, and of the last batch all or nothing.</summary>
        public void Hold(List<OracleEvent> kept)
        {
            Assert.Equal(_acknowledged.Select(Told), kept.Take(_acknowledged.Count).Select(Told));
            var more = kept.Skip(_acknowledged.Count).Select(Told).ToList();
            if (more.Count > 0)
            {
                Assert.Equal(_unknown.Select(Told), more);
                _acknowledged.AddRange(_unknown);
                _unknown = [];
            }
        }

        private async Task SendAsync(RunningGrid grid, CancellationToken cancellationToken)
        {
            if (_unknown.Count == 0)
            {
                _unknown = NextBatch();
            }

            await grid.AppendAsync(userId, _unknown, cancellationToken);
            _acknowledged.AddRange(_unknown);
            _unknown = [];
        }

        private List<OracleEvent> NextBatch()
        {
            var batch = RandomHistories.Events(random, config, random.Next(1, 12)).Select(e => e with { AtMs = NowMs += random.Next(1, 5_000) });
            return [.. batch];
        }

        private static string Told(OracleEvent it) => $"{it.ItemId} {it.Action} {it.AtMs} {string.Join(',', it.Sides.OrderBy(s => s.Key).Select(s => $"{s.Key}={s.Value}"))}";
    }
}
