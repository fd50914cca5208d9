using System.Collections.Immutable;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>
/// The newest scores that a silo has answered with, while a canary runs, for the outcomes that come of them. All of a silo's take
/// <see cref="MostBytes"/> at most, a user's <see cref="MostOfUser"/> requests: the oldest go. A user's go too when the user does.
/// </summary>
internal sealed class ServedScores(ModelTallies tallies, GuardOptions options)
{
    /// <summary>Of one user's requests: outcomes come soon after their scores, or much later than a guard can wait.</summary>
    internal const int MostOfUser = 8;

    /// <summary>How far an outcome's time may be from its score's, where no request id tells.</summary>
    private const long NearMs = 60_000;

    /// <summary>Probabilities nearer to 0 and 1 than this count as so near: one label must not outweigh all others.</summary>
    private const double Least = 1e-7;

    private readonly Lock _lock = new();
    private readonly LinkedList<ServedRequest> _all = [];
    private readonly Dictionary<string, List<LinkedListNode<ServedRequest>>> _byUser = new(StringComparer.Ordinal);
    private volatile bool _isWatching;
    private long _bytes;

    /// <summary>What all of them may take.</summary>
    internal long MostBytes { get; init; } = 64 << 20;

    /// <summary>Whether scores are kept.</summary>
    public bool IsWatching => _isWatching;

    /// <summary>What is kept takes so much.</summary>
    internal long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>From now on scores are kept, or not: then all that are there go.</summary>
    public void Watch(bool isCanaryThere)
    {
        lock (_lock)
        {
            _isWatching = isCanaryThere && options.LogLoss is not null;
            if (!_isWatching)
            {
                _all.Clear();
                _byUser.Clear();
                _bytes = 0;
            }
        }
    }

    /// <summary>Keeps an answer, where answers are kept.</summary>
    public void Keep(ServedRequest served)
    {
        lock (_lock)
        {
            if (!_isWatching)
            {
                return;
            }

            if (!_byUser.TryGetValue(served.UserId, out var ofUser))
            {
                _byUser.Add(served.UserId, ofUser = []);
            }

            ofUser.Add(_all.AddLast(served));
            _bytes += served.Bytes;
            if (ofUser.Count > MostOfUser)
            {
                Drop_NeedsLock(ofUser[0]);
            }

            while (_bytes > MostBytes)
            {
                Drop_NeedsLock(_all.First!);
            }
        }
    }

    /// <summary>Counts what came of a user's scores, each label once.</summary>
    public void Learn(Outcome outcome)
    {
        lock (_lock)
        {
            if (!_byUser.TryGetValue(outcome.UserId, out var ofUser))
            {
                return;
            }

            var items = outcome.Items.Select(item => (Key: EntityKey.Of(item.ItemId), item.Labels)).ToList();
            if (Find([.. ofUser.Select(node => node.Value)], outcome, [.. items.Select(item => item.Key)]) is not { } served)
            {
                return;
            }

            foreach (var (key, labels) in items)
            {
                Count(served, key, labels);
            }
        }
    }

    /// <summary>Forgets a user.</summary>
    public void Forget(string userId)
    {
        lock (_lock)
        {
            while (_byUser.TryGetValue(userId, out var ofUser))
            {
                Drop_NeedsLock(ofUser[0]);
            }
        }
    }

    /// <summary>The request that an outcome names, or else the nearest in time that had one of its items.</summary>
    private static ServedRequest? Find(List<ServedRequest> ofUser, Outcome outcome, HashSet<ulong> items) =>
        ofUser.FindLast(served => outcome.RequestId is { } id && served.RequestId == id)
        ?? ofUser.Where(served => Math.Abs(served.AtMs - outcome.AtMs) <= NearMs && served.Items.Any(items.Contains)).MinBy(served => Math.Abs(served.AtMs - outcome.AtMs));

    private void Count(ServedRequest served, ulong item, ImmutableArray<OutcomeLabel> labels)
    {
        if (Array.IndexOf(served.Items, item) is var at && at < 0)
        {
            return;
        }

        foreach (var label in labels)
        {
            var task = served.Tasks.IndexOf(label.Task);
            if (task < 0)
            {
                continue;
            }

            ref var probability = ref served.Probabilities[(at * served.Tasks.Length) + task];
            if (float.IsFinite(probability))
            {
                var ofLabel = label.IsPositive ? probability : 1 - (double)probability;
                tallies.Labelled(served.Version, label.Task, -Math.Log(Math.Clamp(ofLabel, Least, 1)));
            }

            // Outcomes may be sent again.
            probability = float.NaN;
        }
    }

    private void Drop_NeedsLock(LinkedListNode<ServedRequest> node)
    {
        _all.Remove(node);
        _bytes -= node.Value.Bytes;
        var ofUser = _byUser[node.Value.UserId];
        ofUser.Remove(node);
        if (ofUser.Count == 0)
        {
            _byUser.Remove(node.Value.UserId);
        }
    }
}
