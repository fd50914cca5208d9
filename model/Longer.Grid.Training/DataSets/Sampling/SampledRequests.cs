using System.Runtime.InteropServices;

namespace Longer.Grid.Training;

/// <summary>Requests from events that are all positive: what a user took at one instant against what others took lately.</summary>
/// <remarks>
/// Both kinds of candidates are items that somebody took before that instant, with the side values of their latest event: nothing but the
/// choice itself tells a positive from a negative.
/// </remarks>
internal static class SampledRequests
{
    // An unlucky draw (the same item again, or one that was taken) is repeated this often, then goes without.
    private const int DrawsPerNegative = 20;

    /// <summary>A request for each user and instant with a positive event, in time order.</summary>
    /// <param name="log">Whose events.</param>
    /// <param name="positive">Actions that count; none means all.</param>
    /// <param name="sampling">How to draw.</param>
    public static List<LabelledRequest> Of(EventLog log, IReadOnlyList<string> positive, NegativeSampling sampling)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampling.PerPositive, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampling.MostPositives, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampling.RecentEvents, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampling.MostRequests, 1);

        var counted = positive.ToHashSet(StringComparer.Ordinal);
        var takes = log.Users
            .SelectMany(user => user.Events.Where(e => counted.Count == 0 || counted.Contains(e.Action)).GroupBy(e => e.AtMs))
            .OrderBy(instant => instant.Key)
            .Select(instant => instant.ToArray())
            .ToList();
        var random = new SplitMix64(sampling.Seed);
        var wanted = Evenly(takes.Count, sampling.MostRequests, random);

        var known = new Dictionary<string, RequestCandidate>(StringComparer.Ordinal);
        var recent = new List<BehaviorRecord>();
        var requests = new List<LabelledRequest>();
        var shownBefore = 0;
        for (var i = 0; i < takes.Count; i++)
        {
            // Events of other users at this very instant are not before it.
            for (; takes[shownBefore][0].AtMs < takes[i][0].AtMs; shownBefore++)
            {
                recent.AddRange(takes[shownBefore]);
                foreach (var taken in takes[shownBefore])
                {
                    ref var candidate = ref CollectionsMarshal.GetValueRefOrAddDefault(known, taken.ItemId, out _);
                    candidate = candidate?.Sides.SequenceEqual(taken.Sides) == true ? candidate : new(taken.ItemId, taken.Sides);
                }
            }

            if (wanted.Contains(i) && Request(takes[i], known, Newest(recent, sampling.RecentEvents), sampling, random) is { } request)
            {
                requests.Add(request);
            }
        }

        return requests;
    }

    private static LabelledRequest? Request(
        BehaviorRecord[] taken,
        Dictionary<string, RequestCandidate> known,
        ReadOnlySpan<BehaviorRecord> recent,
        NegativeSampling sampling,
        SplitMix64 random)
    {
        var items = taken.Select(e => e.ItemId).Distinct(StringComparer.Ordinal).Where(known.ContainsKey).ToList();
        var positives = Math.Min(items.Count, sampling.MostPositives);
        random.DrawToFront(items, positives);
        var used = taken.Select(e => e.ItemId).ToHashSet(StringComparer.Ordinal);
        var candidates = items.Take(positives).Select(item => known[item]).ToList();
        for (var draws = DrawsPerNegative * sampling.PerPositive * positives; draws > 0 && candidates.Count < positives * (1 + sampling.PerPositive); draws--)
        {
            var drawn = recent[random.Next(recent.Length)].ItemId;
            if (used.Add(drawn))
            {
                candidates.Add(known[drawn]);
            }
        }

        if (positives == 0 || candidates.Count == positives)
        {
            return null;
        }

        var labels = new float[candidates.Count];
        labels.AsSpan(0, positives).Fill(1);
        return new($"{taken[0].UserId}@{taken[0].AtMs}", taken[0].UserId, taken[0].AtMs, candidates, labels);
    }

    private static ReadOnlySpan<BehaviorRecord> Newest(List<BehaviorRecord> events, int count) =>
        CollectionsMarshal.AsSpan(events)[Math.Max(0, events.Count - count)..];

    private static HashSet<int> Evenly(int count, int most, SplitMix64 random)
    {
        var indexes = Enumerable.Range(0, count).ToArray();
        var drawn = Math.Min(count, most);
        random.DrawToFront(indexes, drawn);
        return [.. indexes.AsSpan(0, drawn)];
    }
}
