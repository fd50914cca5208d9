using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A user whose events are sent in batches, one after another, each until it is acknowledged.</summary>
internal sealed class ClusterUser(string userId, int seed, LongerConfig config)
{
    private readonly Random _random = new(seed);
    private readonly List<OracleEvent> _acknowledged = [];
    private List<OracleEvent> _pending = [];
    private long _nowMs = 1_700_000_000_000;

    public string UserId => userId;

    /// <summary>Events that the grid has acknowledged.</summary>
    public int Acknowledged => _acknowledged.Count;

    /// <summary>Sends the next batch, or once more the one that was not acknowledged.</summary>
    public async Task AppendAsync(GridCaller caller, CancellationToken cancellationToken)
    {
        if (_pending.Count == 0)
        {
            _pending = NextBatch();
        }

        await caller.AppendAsync(userId, _pending, cancellationToken);
        _acknowledged.AddRange(_pending);
        _pending = [];
    }

    /// <summary>Asks for some scores; their worth is judged by <see cref="JudgeAsync"/>.</summary>
    public Task ScoreAsync(GridCaller caller) => caller.LogitsAsync(userId, [new("7", new Dictionary<string, string>())], _nowMs);

    /// <summary>
    /// Compares what the grid keeps with what it acknowledged: each acknowledged event is there once, in order, and of the batch that was not
    /// acknowledged all or nothing. Then some scores with the oracle's.
    /// </summary>
    public async Task<Kept> JudgeAsync(GridCaller caller, ModelPackage model)
    {
        List<OracleEvent> there;
        try
        {
            there = await caller.HistoryAsync(userId);
        }
        catch (HttpRequestException e)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{userId}: {e.Message}");
            return new(Unreadable: 1);
        }

        var kept = Kept.Of([.. there.Select(Told)], [.. _acknowledged.Select(Told)], [.. _pending.Select(Told)]);
        try
        {
            var candidates = RandomHistories.Candidates(new Random(seed), config, there, 3);
            var scored = new OracleCase(new OracleUser(userId, new Dictionary<string, string>()), 0, there, candidates, _nowMs + 1_000);
            ScorerParity.Check(await caller.LogitsAsync(userId, candidates, scored.AtMs), model, scored, userId);
            return kept;
        }
        catch (Exception e) when (e is ParityException or HttpRequestException)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(e.Message[..Math.Min(160, e.Message.Length)]);
            return kept with { WrongScores = 1 };
        }
    }

    private List<OracleEvent> NextBatch() =>
        [.. RandomHistories.Events(_random, config, _random.Next(1, 12)).Select(e => e with { AtMs = _nowMs += _random.Next(1, 5_000) })];

    /// <summary>All of an event, in one text.</summary>
    public static string Told(OracleEvent it) => $"{it.ItemId} {it.Action} {it.AtMs} {string.Join(',', it.Sides.OrderBy(s => s.Key).Select(s => $"{s.Key}={s.Value}"))}";
}
