using Longer.Grid.Silo;
using Longer.Grid.Training;

namespace Longer.Grid.Cluster.Tests;

public sealed class ReplayPlanTests
{
    private const long StartMs = 1_600_000_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_request_comes_after_exactly_the_events_strictly_before_it(int seed)
    {
        var set = RandomSet(new Random(seed));
        var fromMs = RequestSplit.Of(set.Samples, new SplitRule()).TestFromMs;

        var plan = ReplayPlan.Of(set, fromMs);

        var known = set.Log.Users.ToDictionary(u => u.UserId, _ => new List<BehaviorRecord>());
        foreach (var user in plan.Before)
        {
            Assert.All(user.Events, e => Assert.True(e.AtMs < fromMs));
            known[user.UserId].AddRange(user.Events);
        }

        foreach (var step in plan.Steps)
        {
            Assert.True(step.AtMs >= fromMs);
            if (step is AppendStep append)
            {
                known[step.UserId].AddRange(append.Events);
            }
            else
            {
                Assert.Equal(set.Log.Find(step.UserId)!.Events.Where(e => e.AtMs < step.AtMs), known[step.UserId]);
            }
        }

        Assert.Equal(plan.Steps.OrderBy(s => s.AtMs).Select(s => s.AtMs), plan.Steps.Select(s => s.AtMs));
        Assert.All(set.Log.Users, user => Assert.Equal(user.Events, known[user.UserId]));
        Assert.Equal(set.Samples.SamplesByTime().Count(s => s.Request.AtMs >= fromMs), plan.Steps.OfType<ScoreStep>().Count());
        Assert.NotEmpty(plan.Steps.OfType<AppendStep>());
    }

    // Few users on a coarse clock, so that requests and events often share an instant.
    private static DataSet RandomSet(Random random)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["events.csv"], Enumerable.Range(0, 900).Select(_ => $"u{random.Next(5)},i{random.Next(40)},{StartMs + (random.Next(400) * 20_000L)},play").Prepend("user,item,at,action"));
        File.WriteAllLines(folder["impressions.csv"], Enumerable.Range(0, 150).SelectMany(RequestRows).Prepend("request,user,at,item,touched"));
        File.WriteAllText(folder["schema.json"], """
            { "events": { "user": "user", "item": "item", "action": "action", "at": { "column": "at", "unit": "ms" } },
              "impressions": { "request": "request", "user": "user", "item": "item", "at": { "column": "at", "unit": "ms" }, "labels": { "touched": "touched" } } }
            """);
        return DataSet.FromFiles(
            new DataSetOptions
            {
                EventFiles = [folder["events.csv"]],
                ImpressionFiles = [folder["impressions.csv"]],
                Schema = DataSchemaJson.Load(folder["schema.json"]),
            },
            TimeProvider.System);

        IEnumerable<string> RequestRows(int request)
        {
            var (user, atMs) = ($"u{random.Next(5)}", StartMs + (random.Next(400) * 20_000L));
            return Enumerable.Range(0, 3).Select(candidate => $"r{request},{user},{atMs},i{candidate},{candidate % 2}");
        }
    }
}
