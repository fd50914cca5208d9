namespace Longer.Grid.Cluster.Tests;

/// <summary>A small data set with impressions, as files: users who come back to a few items of their own.</summary>
internal static class TinyData
{
    private const int Users = 12;
    private const long StartMs = 1_600_000_000_000;

    /// <summary>Writes the three files.</summary>
    public static void Write(TemporaryFolder folder)
    {
        var random = new Random(3);
        var events = new List<string> { "user,item,action,at,genre" };
        var impressions = new List<string> { "request,user,item,at,genre,touched" };
        for (var step = 0; step < 1_500; step++)
        {
            var (user, atMs) = (random.Next(Users), StartMs + (step * 600_000L));
            // Names with what a shell or a URL would take for something else.
            var name = $"o'brien & son/{user} é";
            var own = (user * 10) + random.Next(10);
            events.Add($"{name},item {own},play,{atMs},g{own % 4}");
            if (step % 4 == 0)
            {
                var other = (((user + 1 + random.Next(Users - 1)) % Users) * 10) + random.Next(10);
                impressions.Add($"r{step},{name},item {own},{atMs},g{own % 4},1");
                impressions.Add($"r{step},{name},item {other},{atMs},g{other % 4},0");
            }
        }

        File.WriteAllLines(folder["events.csv"], events);
        File.WriteAllLines(folder["impressions.csv"], impressions);
        File.WriteAllText(folder["schema.json"], """
            { "events": { "user": "user", "item": "item", "action": "action", "at": { "column": "at", "unit": "ms" }, "sides": { "genre": "genre" } },
              "impressions": { "request": "request", "user": "user", "item": "item", "at": { "column": "at", "unit": "ms" }, "sides": { "genre": "genre" },
                               "labels": { "touched": "touched" } } }
            """);
    }

    /// <summary>The same behaviours with outcomes among them, for two tasks, and no impressions.</summary>
    public static void WriteOutcomes(TemporaryFolder folder)
    {
        WriteEvents(folder, (random, fits) => random.Next(4) == 0 ? "play" : fits ? (random.Next(3) == 0 ? "share" : "like") : "skip");
        WriteSchema(folder, """{ "like": { "positive": ["like", "share"], "negative": ["skip"] }, "share": { "positive": ["share"], "negative": ["like", "skip"] } }""");
    }

    /// <summary>The same behaviours, all of them positive.</summary>
    public static void WritePositives(TemporaryFolder folder)
    {
        WriteEvents(folder, (random, _) => random.Next(5) == 0 ? "cancel" : "buy");
        WriteSchema(folder, """{ "buys": { "positive": ["buy"] } }""");
    }

    /// <summary>The options that name files without impressions.</summary>
    public static string[] EventArguments(TemporaryFolder folder) => ["--events", folder["events.csv"], "--schema", folder["schema.json"]];

    /// <summary>The options that name them.</summary>
    public static string[] Arguments(TemporaryFolder folder) =>
        ["--events", folder["events.csv"], "--impressions", folder["impressions.csv"], "--schema", folder["schema.json"]];

    // Each user comes back to ten items of the own, and now and then meets one of another's.
    private static void WriteEvents(TemporaryFolder folder, Func<Random, bool, string> action)
    {
        var random = new Random(4);
        File.WriteAllLines(folder["events.csv"], Enumerable.Range(0, 1_200)
            .Select(step =>
            {
                var (user, fits) = (random.Next(Users), random.Next(3) > 0);
                var item = ((fits ? user : (user + 1 + random.Next(Users - 1)) % Users) * 10) + random.Next(10);
                return $"user {user},item {item},{action(random, fits)},{StartMs + (step * 600_000L)},g{item % 4}";
            })
            .Prepend("user,item,action,at,genre"));
    }

    private static void WriteSchema(TemporaryFolder folder, string tasks) => File.WriteAllText(folder["schema.json"], $$"""
        { "events": { "user": "user", "item": "item", "action": "action", "at": { "column": "at", "unit": "ms" }, "sides": { "genre": "genre" } }, "tasks": {{tasks}} }
        """);
}
