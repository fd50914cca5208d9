namespace Longer.Grid.Model;

/// <summary>The moment after which nobody waits for an answer any more. The default has none.</summary>
public readonly record struct Deadline
{
    private readonly long? _timestamp;

    private Deadline(long timestamp) => _timestamp = timestamp;

    /// <summary>No deadline.</summary>
    public static Deadline None => default;

    /// <summary>A deadline some time from now.</summary>
    public static Deadline After(TimeProvider time, TimeSpan wait) =>
        new(time.GetTimestamp() + (long)(Math.Min(wait.TotalSeconds, 1e6) * time.TimestampFrequency));

    /// <summary>Time left, never negative; <see langword="null"/> without a deadline.</summary>
    public TimeSpan? Remaining(TimeProvider time)
    {
        if (_timestamp is not { } end)
        {
            return null;
        }

        var now = time.GetTimestamp();
        return now >= end ? TimeSpan.Zero : time.GetElapsedTime(now, end);
    }

    /// <summary>Whether the moment has come.</summary>
    public bool IsPast(TimeProvider time) => Remaining(time) == TimeSpan.Zero;
}
