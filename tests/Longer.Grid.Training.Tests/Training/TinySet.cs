using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

/// <summary>A little world: users come back to items of their own, and are shown one of these and one of another's.</summary>
internal static class TinySet
{
    private const long StartMs = 1_600_000_000_000;

    /// <summary>Makes it; the same seed makes the same one.</summary>
    public static TrainingSet Of(int seed, int users = 8, int steps = 400)
    {
        var random = new Random(seed);
        var events = new List<BehaviorRecord>();
        var requests = new List<LabelledRequest>();
        for (var step = 0; step < steps; step++)
        {
            var (user, atMs) = (random.Next(users), StartMs + (step * 600_000L));
            var (own, other) = (Item(user), Item((user + 1 + random.Next(users - 1)) % users));
            if (step % 2 == 0)
            {
                requests.Add(new($"r{step}", $"u{user}", atMs, [own, other], [1, 0]));
            }

            events.Add(new($"u{user}", own.ItemId, "view", atMs, own.Sides));
        }

        return DataSet.Join(EventLog.Of(events), ["touched"], ["genre"], SampleSource.Impressions, requests).Samples;

        RequestCandidate Item(int user)
        {
            var item = (user * 5) + random.Next(5);
            return new($"i{item}", [new("genre", $"g{item % 3}")]);
        }
    }

    /// <summary>A small model's shape for it.</summary>
    public static LongerConfig Config(TrainingSet set) => new ModelShape { EventDim = 8, TableDim = 8, GroupSize = 2, RecentGroups = 10 }.For(set);
}
