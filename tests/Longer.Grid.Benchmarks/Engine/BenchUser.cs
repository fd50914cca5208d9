using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary>A user as a shop has them: sessions of events on items of which some come back, over a year.</summary>
internal static class BenchUser
{
    private const int Items = 100_000;
    private const long StartMs = 1_700_000_000_000;
    private const double EventsOfSession = 20;
    private const double SecondsBetweenSessions = 40_000;
    private const double SecondsInSession = 60;
    private const double OwnItems = 400;

    private static readonly string[] Actions = ["play", "play", "play", "skip", "like"];

    /// <summary>When a request is made that comes after all events of <see cref="History"/>.</summary>
    public static long NowMs { get; } = StartMs + (400L * 24 * 3600 * 1000);

    /// <summary>A history of so many events.</summary>
    public static EventHistory History(int seed, int events)
    {
        var random = new Random(seed);
        var history = new EventHistory();
        var at = (double)StartMs;
        for (var i = 0; i < events; i++)
        {
            at += 1000 * -Math.Log(1 - random.NextDouble()) * (random.NextDouble() < 1 / EventsOfSession ? SecondsBetweenSessions * 1000 / Math.Max(1000, events) : SecondsInSession);
            history.Append(Event(random, (long)at));
        }

        return history;
    }

    /// <summary>One more event.</summary>
    public static KeyedEvent Event(Random random, long atMs)
    {
        var item = Item(random);
        return new(item, Actions[random.Next(Actions.Length)], atMs, Sides(item));
    }

    /// <summary>Candidates, of which some are known to the user.</summary>
    public static CandidateFeatures[] Candidates(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Item(random)).Select(item => new CandidateFeatures(item, Sides(item)))];
    }

    private static ulong Item(Random random) => (ulong)(random.Next(2) == 0 ? random.Next((int)OwnItems) : random.Next(Items));

    private static KeyValuePair<string, ulong>[] Sides(ulong item) => [new("artist", item % 9973), new("genre", item % 37)];
}
