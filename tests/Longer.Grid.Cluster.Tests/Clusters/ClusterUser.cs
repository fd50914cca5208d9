using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A user whose events are sent in batches, one after another, each until it is acknowledged.</summary>
internal sealed class ClusterUser(string userId, int seed, LongerConfig config)
{
    private readonly Random _random = new(seed);
    private List<OracleEvent> _pending = [];
    private readonly List<(Scored Answer, long AtMs)> _scored = [];
    private long _nowMs = 1_700_000_000_000;

    public string UserId => userId;

    /// <summary>What it was answered to scores, in order.</summary>
    public IEnumerable<Scored> Scores => _scored.Select(scored => scored.Answer);

    /// <summary>Events that the grid has acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The next batch, or once more the one that was not acknowledged: an event in a text.</summary>
    public IReadOnlyList<string> ToAppend()
    {
        if (_pending.Count == 0)
        {
            _pending = NextBatch();
        }

        return [.. _pending.Select(Told)];
    }

    /// <summary>Sends the batch of <see cref="ToAppend"/>.</summary>
    public async Task AppendAsync(GridCaller caller, CancellationToken cancellationToken)
    {
        await caller.AppendAsync(userId, _pending, cancellationToken);
        Acknowledged += _pending.Count;
        _pending = [];
    }

    /// <summary>Asks for a score; its worth is judged by <see cref="JudgeAsync"/>.</summary>
    public async Task ScoreAsync(GridCaller caller)
    {
        var atMs = _nowMs;
        _scored.Add((await caller.ScoreAsync(userId, Asked, atMs), atMs));
    }

    /// <summary>
    /// Compares what the grid keeps with what it acknowledged: each acknowledged event is there once, in order, and of the batch that was not
    /// acknowledged all or nothing. Then some scores with the oracle's: of those that were asked for, and of now.
    /// </summary>
    /// <param name="caller">Who is asked.</param>
    /// <param name="log">What was sent and acknowledged.</param>
    /// <param name="models">By version: each score is to be wholly of the one that it names.</param>
    public async Task<Kept> JudgeAsync(GridCaller caller, RequestLog log, IReadOnlyDictionary<string, ModelPackage> models)
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

        var (acknowledged, unanswered) = log.EventsOf(userId);
        var kept = Kept.Of([.. there.Select(Told)], acknowledged, unanswered);
        try
        {
            var candidates = RandomHistories.Candidates(new Random(seed), config, there, 3);
            var answer = await caller.ScoreAsync(userId, candidates, _nowMs + 1_000);
            Check(answer, there, candidates, _nowMs + 1_000, models);
            foreach (var (earlier, atMs) in Sample())
            {
                Check(earlier, there, Asked, atMs, models);
            }

            return kept;
        }
        catch (Exception e) when (e is ParityException or HttpRequestException)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(e.Message[..Math.Min(160, e.Message.Length)]);
            return kept with { WrongScores = 1 };
        }
    }

    private static List<OracleCandidate> Asked => [new("7", new Dictionary<string, string>())];

    /// <summary>Every tenth, and all that stand beside one of another version.</summary>
    private IEnumerable<(Scored Answer, long AtMs)> Sample() =>
        _scored.Where((scored, i) => i % 10 == 0 || (i > 0 && _scored[i - 1].Answer.Version != scored.Answer.Version) || (i + 1 < _scored.Count && _scored[i + 1].Answer.Version != scored.Answer.Version));

    private void Check(Scored answer, List<OracleEvent> there, List<OracleCandidate> candidates, long atMs, IReadOnlyDictionary<string, ModelPackage> models) => ScorerParity.Check(
        answer.Logits,
        models[answer.Version],
        new OracleCase(new OracleUser(userId, new Dictionary<string, string>()), 0, there[..Math.Min(answer.UserEvents, there.Count)], candidates, atMs),
        $"{userId} by {answer.Version[..8]} at {answer.UserEvents} of {there.Count} events");

    private List<OracleEvent> NextBatch() =>
        [.. RandomHistories.Events(_random, config, _random.Next(1, 12)).Select(e => e with { AtMs = _nowMs += _random.Next(1, 5_000) })];

    /// <summary>All of an event, in one text.</summary>
    public static string Told(OracleEvent it) => $"{it.ItemId} {it.Action} {it.AtMs} {string.Join(',', it.Sides.OrderBy(s => s.Key).Select(s => $"{s.Key}={s.Value}"))}";
}
