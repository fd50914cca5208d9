namespace Longer.Grid.Training.Tests;

public sealed class InterestSimulatorTests
{
    // Enough of everything for the statistics below to be sure of themselves, and quickly made.
    private static readonly InterestSimulation Small = new() { Users = 200, EventsPerUser = 1500, QuietEvents = 600, BurstEvents = 40, RequestsPerUser = 4, CandidatesPerRequest = 12 };

    private static readonly SimulatedInterests World = InterestSimulator.Simulate(Small);

    [Fact]
    public void By_default_what_tells_an_interest_lies_thousands_of_events_back()
    {
        var few = InterestSimulator.Simulate(new InterestSimulation { Users = 5 });

        Assert.All(few.Data.Samples.Users, user =>
        {
            Assert.Equal(10_000, user.History.Count);
            Assert.All(user.Requests, r => Assert.True(r.HistoryEvents - 1 - Telling(few, user.UserId).Max() >= 4000));
            Assert.InRange(user.Requests[^1].AtMs - user.Requests[0].AtMs, 1, 3_600_000);
        });
    }

    [Fact]
    public void A_user_has_events_of_all_own_interests_and_of_no_other_cluster()
    {
        Assert.All(World.Data.Log.Users, user =>
        {
            var clusters = Telling(World, user.UserId).Select(i => World.ClusterOfItem[user.Events[i].ItemId]).ToHashSet();
            Assert.True(World.InterestsOfUser[user.UserId].SetEquals(clusters));
        });
    }

    [Fact]
    public void Bursts_are_long_runs_of_one_cluster_and_make_up_the_share_asked_for()
    {
        Assert.All(World.Data.Log.Users, user =>
        {
            var clusters = user.Events.Select(e => World.ClusterOfItem.GetValueOrDefault(e.ItemId, -1)).ToList();
            var runs = 1 + Enumerable.Range(1, clusters.Count - 1).Count(i => clusters[i] != clusters[i - 1]);
            var telling = clusters.Count(c => c >= 0);
            Assert.InRange(telling, 0.4 * (1500 - 600), 0.5 * (1500 - 600));
            Assert.True(runs <= (2 * telling / 40) + 1);
        });
    }

    [Fact]
    public void What_tells_an_interest_shares_no_item_and_no_side_value_with_any_candidate()
    {
        var candidates = World.Data.Samples.SamplesByTime().SelectMany(s => s.Request.Candidates).ToList();
        var telling = World.Data.Log.Users.SelectMany(u => Telling(World, u.UserId).Select(i => u.Events[i])).ToList();

        Assert.Empty(candidates.Select(c => c.ItemId).Intersect(World.Data.Log.Users.SelectMany(u => u.Events).Select(e => e.ItemId)));
        Assert.Empty(candidates.SelectMany(c => c.Sides).Intersect(telling.SelectMany(e => e.Sides)));
        Assert.All(candidates, c => Assert.Single(c.Sides));
        Assert.All(telling, e => Assert.Single(e.Sides));
    }

    [Fact]
    public void Labels_follow_interests_as_often_as_the_noise_allows()
    {
        var shown = World.Data.Samples.SamplesByTime()
            .SelectMany(s => s.Request.Candidates.Select((c, i) => (Mine: World.InterestsOfUser[s.User.UserId].Contains(World.ClusterOfItem[c.ItemId]), Liked: s.Request.Label(i, 0) == 1)))
            .ToList();

        Assert.InRange(shown.Average(c => c.Mine ? 1.0 : 0), 0.48, 0.52);
        Assert.InRange(shown.Where(c => c.Mine).Average(c => c.Liked ? 1.0 : 0), 0.8, 0.88);
        Assert.InRange(shown.Where(c => !c.Mine).Average(c => c.Liked ? 1.0 : 0), 0.12, 0.2);
    }

    [Fact]
    public void The_truth_ranks_candidates_far_better_than_chance()
    {
        var truth = World.Data.Samples.SamplesByTime().SelectMany(s => s.Request.Candidates.Select(
            (c, i) => new ScoredCandidate(s.User.UserId, (float)World.LikelihoodOf(s.User.UserId, c), s.Request.Label(i, 0) == 1)));

        Assert.InRange(RankingMetrics.AucOf([.. truth]), 0.84, 0.89);
    }

    // The most that recent events could tell: of which clusters a user is that has this item among the newest 200. Each pair of item and
    // cluster is a test of independence (chi-squared, one degree of freedom); of thousands of them about 1 % may exceed 6.63 by chance.
    [Fact]
    public void The_newest_200_events_are_independent_of_the_interests()
    {
        var users = World.Data.Samples.Users.Select(u => (
            Interests: World.InterestsOfUser[u.UserId],
            Recent: World.Data.Log.Find(u.UserId)!.Events.TakeLast(200).Select(e => e.ItemId).ToHashSet())).ToList();
        var statistics = new List<double>();
        foreach (var item in users.SelectMany(u => u.Recent).Distinct())
        {
            var with = users.Count(u => u.Recent.Contains(item));
            if (with >= 40 && with <= users.Count - 40)
            {
                statistics.AddRange(Enumerable.Range(0, Small.Clusters).Select(cluster => ChiSquared(
                    with, users.Count(u => u.Interests.Contains(cluster)), users.Count(u => u.Recent.Contains(item) && u.Interests.Contains(cluster)), users.Count)));
            }
        }

        Assert.True(statistics.Count >= 100, $"{statistics.Count} pairs are too few to tell.");
        Assert.InRange(statistics.Average(), 0.7, 1.3);
        Assert.True(statistics.Count(s => s > 6.63) <= 0.03 * statistics.Count);
        Assert.DoesNotContain(users.SelectMany(u => u.Recent), World.ClusterOfItem.ContainsKey);
    }

    [Fact]
    public void The_early_events_do_tell_them_by_the_same_test()
    {
        var users = World.Data.Samples.Users.Select(u => (
            Interests: World.InterestsOfUser[u.UserId],
            Early: World.Data.Log.Find(u.UserId)!.Events.Take(900).Select(e => e.ItemId).ToHashSet())).ToList();

        Assert.All(World.ClusterOfItem.Where(i => users.Exists(u => u.Early.Contains(i.Key))), item =>
        {
            var (with, mine) = (users.Count(u => u.Early.Contains(item.Key)), users.Count(u => u.Interests.Contains(item.Value)));
            Assert.True(ChiSquared(with, mine, users.Count(u => u.Early.Contains(item.Key) && u.Interests.Contains(item.Value)), users.Count) > 100);
        });
    }

    [Fact]
    public void An_edition_tells_no_cluster()
    {
        var editions = World.Data.Log.Users.SelectMany(u => u.Events).Where(e => World.ClusterOfItem.ContainsKey(e.ItemId))
            .Select(e => (Edition: e.Sides[0].Value, Cluster: World.ClusterOfItem[e.ItemId])).Distinct().ToLookup(e => e.Edition, e => e.Cluster);

        // Ten items of each of 8 clusters fall on 8 editions: one edition has items of most clusters.
        Assert.All(editions, edition => Assert.True(edition.Count() >= 3, $"{edition.Key} has {edition.Count()} clusters."));
    }

    [Fact]
    public void Those_tested_on_were_not_trained_on()
    {
        var split = RequestSplit.Of(World.Data.Samples, new SplitRule());

        Assert.InRange(split.Test.Select(s => s.User.UserId).Intersect(split.TrainAndValidation.Select(s => s.User.UserId)).Count(), 0, 1);
    }

    [Fact]
    public void The_same_seed_makes_the_same_world_and_another_seed_another()
    {
        var tiny = Small with { Users = 4 };

        Assert.Equal(Everything(tiny), Everything(tiny));
        Assert.NotEqual(Everything(tiny), Everything(tiny with { Seed = 2 }));

        static string Everything(InterestSimulation simulation)
        {
            var data = InterestSimulator.Simulate(simulation).Data;
            return string.Join('\n', data.Log.Users.SelectMany(u => u.Events).Select(e => $"{e.UserId} {e.ItemId} {e.AtMs} {e.Sides[0].Value}"))
                + string.Join('\n', data.Samples.SamplesByTime().SelectMany(s => s.Request.Candidates.Select((c, i) => $"{s.Request.Id} {s.Request.AtMs} {c.ItemId} {s.Request.Label(i, 0)}")));
        }
    }

    [Fact]
    public void No_event_is_a_repeat_and_no_request_shares_a_moment_with_an_event()
    {
        Assert.Equal(0, World.Data.Log.Report.Repeats);
        Assert.All(World.Data.Samples.SamplesByTime(), s => Assert.Equal(-1, s.User.History.CopyTimesMs().BinarySearch(s.Request.AtMs) >= 0 ? 0 : -1));
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(2, 0.5)]
    [InlineData(2, -0.1)]
    public void A_parameter_out_of_its_range_is_refused(int users, double noise) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => InterestSimulator.Simulate(Small with { Users = users, LabelNoise = noise }));

    private static List<int> Telling(SimulatedInterests world, string userId)
    {
        var events = world.Data.Log.Find(userId)!.Events;
        return [.. Enumerable.Range(0, events.Count).Where(i => world.ClusterOfItem.ContainsKey(events[i].ItemId))];
    }

    private static double ChiSquared(int a, int b, int both, int all)
    {
        var sum = 0.0;
        foreach (var (observed, expected) in new[]
        {
            (both, (double)a * b / all), (a - both, (double)a * (all - b) / all), (b - both, (double)(all - a) * b / all),
            (all - a - b + both, (double)(all - a) * (all - b) / all),
        })
        {
            sum += (observed - expected) * (observed - expected) / expected;
        }

        return sum;
    }
}
