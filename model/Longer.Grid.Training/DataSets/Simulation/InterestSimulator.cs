namespace Longer.Grid.Training;

/// <summary>
/// Users whose interests only a long history reveals, so that what long histories are worth can be measured.
/// </summary>
/// <remarks>
/// <para>
/// Items belong to latent clusters, and every user is interested in a few of these. Long ago the user looked at old items of those clusters in
/// bursts; since then the user has looked, like everyone, at what was in fashion. Requests come at the end of the life, all in one visit. Each
/// shows new items, which nobody's events have, and the user likes those of the own clusters, up to noise and to an item's appeal to everyone.
/// </para>
/// <para>
/// What tells a candidate is thus thousands of events back, and shares neither an item nor an edition (the one side value) with it: that an old
/// and a new item belong together can only be learned from the labels of other users. What is in fashion depends on the time alone, and so
/// tells nothing of the user. Visits are spread over two months, so that a split by time tests on users who were not trained on.
/// </para>
/// </remarks>
public sealed class InterestSimulator
{
    /// <summary>The one task.</summary>
    public const string Task = "like";

    private const string Action = "view";
    private const int EventsOfSession = 25;

    // So that the default number of requests falls into one session.
    private const int EventsBetweenRequests = 3;
    private const double VisitDays = 60;
    private const double SecondsOfEvent = 40;
    private const double ShareOfTrendsInFashion = 0.04;

    private static readonly DateTimeOffset LastVisit = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Life = TimeSpan.FromDays(730);

    private readonly InterestSimulation _simulation;
    private readonly SplitMix64 _random;
    private readonly SimulatedCatalogue _catalogue;

    private InterestSimulator(InterestSimulation simulation)
    {
        _simulation = simulation;
        _random = new SplitMix64(simulation.Seed);
        _catalogue = new SimulatedCatalogue(simulation, _random);
    }

    /// <summary>Makes a world. The same parameters make the same one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public static SimulatedInterests Simulate(InterestSimulation simulation)
    {
        simulation.Check();
        return new InterestSimulator(simulation).World();
    }

    private SimulatedInterests World()
    {
        var interests = new Dictionary<string, IReadOnlySet<int>>(StringComparer.Ordinal);
        var requests = new List<LabelledRequest>();
        var log = EventLog.Of(Enumerable.Range(1, _simulation.Users).SelectMany(number => Live($"u{number}", interests, requests)));
        var items = _catalogue.Old.Concat(_catalogue.New).SelectMany(cluster => cluster).ToDictionary(i => i.Shown.ItemId, StringComparer.Ordinal);
        return new(
            DataSet.Join(log, [Task], [SimulatedCatalogue.Side], SampleSource.Impressions, requests),
            items.ToDictionary(i => i.Key, i => i.Value.Cluster, StringComparer.Ordinal),
            interests,
            (user, candidate) => Likelihood(interests[user], items[candidate.ItemId]));
    }

    private List<BehaviorRecord> Live(string userId, Dictionary<string, IReadOnlySet<int>> interests, List<LabelledRequest> requests)
    {
        var clusters = Enumerable.Range(0, _simulation.Clusters).ToArray();
        _random.DrawToFront(clusters, _simulation.InterestsPerUser);
        var own = clusters[.._simulation.InterestsPerUser];
        interests[userId] = own.ToHashSet();

        var visit = LastVisit - TimeSpan.FromDays(VisitDays * _random.NextDouble());
        var telling = Bursts(own);
        var times = Times(visit);
        var events = new List<BehaviorRecord>(times.Length);
        for (var i = 0; i < times.Length; i++)
        {
            var item = telling[i] >= 0 ? Any(_catalogue.Old[telling[i]]) : InFashion(times[i]);
            events.Add(new(userId, item.Shown.ItemId, Action, times[i], item.Shown.Sides));
        }

        // Requests fall between the last events, each a second after one.
        for (var r = 0; r < _simulation.RequestsPerUser; r++)
        {
            var newest = Math.Max(0, times.Length - 1 - ((_simulation.RequestsPerUser - 1 - r) * EventsBetweenRequests));
            requests.Add(Request(userId, $"{userId}-{r + 1}", times[newest] + 1000, own));
        }

        return events;
    }

    // For each ordinal, the cluster whose burst it belongs to, or -1. Bursts take turns with the user's interests; before, between and
    // after them lie the rest of the early events, divided at random.
    private int[] Bursts(int[] own)
    {
        var clusterOf = new int[_simulation.EventsPerUser];
        Array.Fill(clusterOf, -1);
        var quiet = _simulation.QuietEvents + ((_simulation.RequestsPerUser - 1) * EventsBetweenRequests);
        var early = Math.Max(1, _simulation.EventsPerUser - quiet);
        var length = Math.Min(_simulation.BurstEvents, early);
        var bursts = Math.Max(1, (int)(early * _simulation.TellingShare / length));
        var rest = early - (bursts * length);
        var breaks = Enumerable.Range(0, bursts).Select(_ => _random.Next(rest + 1)).Order().ToArray();
        for (var b = 0; b < bursts; b++)
        {
            Array.Fill(clusterOf, own[b % own.Length], breaks[b] + (b * length), length);
        }

        return clusterOf;
    }

    // Sessions of events some seconds apart, spread evenly over the life, the last one being the visit.
    private long[] Times(DateTimeOffset visit)
    {
        var sessions = (_simulation.EventsPerUser + EventsOfSession - 1) / EventsOfSession;
        var between = Life.TotalSeconds / sessions;
        var times = new long[_simulation.EventsPerUser];
        var at = 0.0;
        for (var i = times.Length - 1; i >= 0; i--)
        {
            times[i] = visit.AddSeconds(-Math.Floor(at)).ToUnixTimeMilliseconds();
            at += (times.Length - i) % EventsOfSession == 0 ? between * (0.5 + _random.NextDouble()) : 2 + (SecondsOfEvent * _random.NextDouble());
        }

        return times;
    }

    private SimulatedItem InFashion(long atMs)
    {
        var trends = _catalogue.Trends;
        var width = Math.Max(1, (int)(trends.Count * ShareOfTrendsInFashion));
        var longest = Life * 1.5 + TimeSpan.FromDays(VisitDays);
        var passed = Math.Clamp(1 - ((LastVisit.ToUnixTimeMilliseconds() - atMs) / longest.TotalMilliseconds), 0, 1);
        return trends[(int)(passed * (trends.Count - width)) + _random.Next(width)];
    }

    private LabelledRequest Request(string userId, string id, long atMs, int[] own)
    {
        var candidates = new RequestCandidate[_simulation.CandidatesPerRequest];
        var labels = new float[candidates.Length];
        var interests = own.ToHashSet();
        for (var c = 0; c < candidates.Length; c++)
        {
            int cluster;
            var wanted = _random.Next(2) == 0;
            do
            {
                cluster = _random.Next(_simulation.Clusters);
            }
            while (interests.Contains(cluster) != wanted);

            var item = Any(_catalogue.New[cluster]);
            candidates[c] = item.Shown;
            labels[c] = _random.NextDouble() < Likelihood(interests, item) ? 1 : 0;
        }

        return new(id, userId, atMs, candidates, labels);
    }

    private double Likelihood(IReadOnlySet<int> interests, SimulatedItem item)
    {
        var odds = (1 - _simulation.LabelNoise) / _simulation.LabelNoise;
        return 1 / (1 + (interests.Contains(item.Cluster) ? 1 / odds : odds) * Math.Exp(-item.Appeal));
    }

    private SimulatedItem Any(SimulatedItem[] items) => items[_random.Next(items.Length)];
}
