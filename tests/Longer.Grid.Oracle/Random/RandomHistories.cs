using System.Globalization;
using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>Users, histories and requests that reach the contract's corners, drawn from a random generator or a seed.</summary>
public static class RandomHistories
{
    // Where times begin: in 2023.
    private const long StartMs = 1_700_000_000_000;

    private static readonly string[] Values =
        ["0", "7", "007", "-7", "18446744073709551615", "18446744073709551616", "jazz", "Jazz", "caf\u00e9", "cafe\u0301", "a b/c", "\ud83c\udfb7"];

    /// <summary>A whole request: up to a little more than three times the retained events, a third of the longer ones trimmed.</summary>
    public static OracleCase Case(int seed, LongerConfig config)
    {
        var random = new Random(seed);
        var retained = (int)config.RetainedEvents;
        var count = random.Next(4) switch
        {
            0 => random.Next(0, (2 * config.GroupSize) + 1),
            1 => random.Next(0, config.MaxEvents + config.GroupSize),
            2 => random.Next(0, retained + 1),
            _ => random.Next(retained, (3 * retained) + config.GroupSize + 1),
        };
        var events = Events(random, config, count);
        var first = random.Next(3) == 0 ? random.Next(0, count + 1) : 0;
        return new OracleCase(User(random, config), first, events[first..], Candidates(random, config, events, random.Next(1, 8)), RequestMs(random, events));
    }

    /// <summary>A user; some profile values are missing, one may be unknown to the model.</summary>
    public static OracleUser User(Random random, LongerConfig config) =>
        new(random.Next(2) == 0 ? random.Next().ToString(CultureInfo.InvariantCulture) : $"user-{random.Next()}", SomeValues(random, config.Profile));

    /// <summary>Events, oldest first by ordinal: items repeat, times stand still, jump and run back, sides are missing, actions are unknown.</summary>
    public static List<OracleEvent> Events(Random random, LongerConfig config, int count, long startMs = StartMs)
    {
        var events = new List<OracleEvent>(count);
        var atMs = startMs;
        for (var i = 0; i < count; i++)
        {
            atMs += Step(random);
            events.Add(new OracleEvent(Item(random, config), Action(random, config), atMs, SomeValues(random, config.Sides)));
        }

        return events;
    }

    /// <summary>Candidates: most of them items of the newest events, some twice.</summary>
    public static List<OracleCandidate> Candidates(Random random, LongerConfig config, IReadOnlyList<OracleEvent> events, int count)
    {
        var candidates = new List<OracleCandidate>(count);
        while (candidates.Count < count)
        {
            var newest = Math.Min(events.Count, config.MaxEvents);
            candidates.Add(random.Next(5) switch
            {
                0 when candidates.Count > 0 => candidates[random.Next(candidates.Count)],
                1 or 2 when newest > 0 => Of(events[^random.Next(1, newest + 1)]),
                _ => new OracleCandidate(Item(random, config), SomeValues(random, config.Sides)),
            });
        }

        return candidates;

        static OracleCandidate Of(OracleEvent seen) => new(seen.ItemId, seen.Sides);
    }

    /// <summary>A request time: mostly after the newest event, sometimes before it.</summary>
    public static long RequestMs(Random random, IReadOnlyList<OracleEvent> events)
    {
        var newestMs = events.Count == 0 ? StartMs : events[^1].AtMs;
        return random.Next(5) == 0 ? newestMs - random.NextInt64(0, 90_000_000) : newestMs + Math.Abs(Step(random));
    }

    private static string Item(Random random, LongerConfig config)
    {
        // About three events an item within the window.
        var item = random.Next(0, (config.MaxEvents / 3) + 1);
        return (item % 4) switch
        {
            0 => item.ToString(CultureInfo.InvariantCulture),
            1 => (ulong.MaxValue - (ulong)item).ToString(CultureInfo.InvariantCulture),
            2 => $"item-{item}",
            _ => $"a longer name of an item, more than one stripe of the hash: {item}",
        };
    }

    private static string Action(Random random, LongerConfig config) =>
        random.Next(config.Actions.Count + 1) is var action && action < config.Actions.Count ? config.Actions[action] : "an action of another model";

    private static Dictionary<string, string> SomeValues(Random random, IReadOnlyList<FeatureTable> features) =>
        features.Select(feature => feature.Name)
            .Append("a_feature_of_another_model")
            .Where(_ => random.Next(4) != 0)
            .ToDictionary(name => name, _ => Values[random.Next(Values.Length)]);

    /// <summary>Milliseconds from one event to the next.</summary>
    private static long Step(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => -random.NextInt64(1, 7_200_000),
        2 => random.NextInt64(1, 3_000),
        3 or 4 => random.NextInt64(1, 600_000),
        5 => random.NextInt64(1, 86_400_000),
        6 => random.NextInt64(1, 30L * 86_400_000),
        _ => random.Next(6) == 0 ? random.NextInt64(1, 2_000L * 86_400_000) : 1_000,
    };
}
