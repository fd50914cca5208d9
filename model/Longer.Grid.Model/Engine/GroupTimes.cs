namespace Longer.Grid.Model;

/// <summary>Consecutive groups as keys, with the times of their last events.</summary>
internal readonly struct GroupTimes
{
    private readonly long[] _lastMs;
    private readonly int _at;
    private readonly bool _rises = true;

    /// <summary>Times of some groups.</summary>
    public GroupTimes(in Timeline timeline, long first, int count)
    {
        First = first;
        Count = count;
        _lastMs = new long[count];
        for (var j = 0; j < count; j++)
        {
            _lastMs[j] = timeline.LastMs(first + j);
            _rises &= j == 0 || _lastMs[j] >= _lastMs[j - 1];
        }
    }

    /// <summary>Times of the groups from one to the newest.</summary>
    public GroupTimes(in Timeline timeline, long first)
        : this(timeline, first, (int)(timeline.Newest - first + 1))
    {
    }

    private GroupTimes(in GroupTimes all, RingRun run) =>
        (_lastMs, _at, _rises, First, Count) = (all._lastMs, (int)(run.First - all.First), all._rises, run.First, run.Count);

    /// <summary>The oldest of the groups.</summary>
    public long First { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The newest of the groups.</summary>
    public long Newest => First + Count - 1;

    /// <summary>Time of a group's last event; 0 is the oldest group.</summary>
    public long this[int key] => _lastMs[_at + key];

    /// <summary>Some of these groups.</summary>
    public GroupTimes Of(RingRun run) => new(this, run);

    /// <summary>One past the last key, up to a limit, whose age is in the same bucket as that of the first. Where times do not rise, the next one.</summary>
    public int EndOfBucket(int from, int limit, int bucket, long atMs)
    {
        if (!_rises)
        {
            return from + 1;
        }

        int inside = from, outside = limit;
        for (var step = 1; inside + step < outside; step *= 2)
        {
            if (LogBucket.OfSeconds(this[inside + step], atMs) != bucket)
            {
                outside = inside + step;
                break;
            }

            inside += step;
        }

        while (outside - inside > 1)
        {
            var middle = (inside + outside) / 2;
            if (LogBucket.OfSeconds(this[middle], atMs) == bucket)
            {
                inside = middle;
            }
            else
            {
                outside = middle;
            }
        }

        return outside;
    }
}
