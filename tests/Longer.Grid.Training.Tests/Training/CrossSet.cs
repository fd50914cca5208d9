namespace Longer.Grid.Training.Tests;

/// <summary>
/// A world in which cross features tell all and nothing else tells anything: users take items that nobody else ever has, and are shown one
/// that they took and one that some other user took, each of them once.
/// </summary>
internal static class CrossSet
{
    private const long StartMs = 1_600_000_000_000;
    private const int Users = 12;
    private const int Steps = 480;

    /// <summary>Makes it; the same seed makes the same one.</summary>
    public static TrainingSet Of(int seed)
    {
        var random = new Random(seed);
        var events = new List<BehaviorRecord>();
        var requests = new List<LabelledRequest>();
        var taken = Enumerable.Range(0, Users).Select(_ => new Queue<string>()).ToArray();
        for (var step = 0; step < Steps; step++)
        {
            var (user, other, atMs) = (random.Next(Users), random.Next(Users), StartMs + (step * 600_000L));
            if (user != other && taken[user].Count > 3 && taken[other].Count > 3)
            {
                requests.Add(new($"r{step}", $"u{user}", atMs, [new(taken[user].Dequeue(), []), new(taken[other].Dequeue(), [])], [1, 0]));
            }

            var item = $"i{random.Next():x}";
            taken[user].Enqueue(item);
            events.Add(new($"u{user}", item, "view", atMs, []));
        }

        return DataSet.Join(EventLog.Of(events), ["touched"], [], SampleSource.Impressions, requests).Samples;
    }
}
