namespace Longer.Grid.Grains;

/// <summary>When a canary, or a version that has just become active, is rolled back by itself. The silo that holds the registry judges: give all silos the same.</summary>
public sealed record GuardOptions
{
    /// <summary>By how much its share of failed scores may be above that of the version it is compared with. Default 0.02; above 0, at most 1. <see langword="null"/> does not look.</summary>
    public double? ErrorRate { get; init; } = 0.02;

    /// <summary>How far its mean score of any task may be from that version's, up or down. Default 0.2; above 0, at most 1. <see langword="null"/> does not look.</summary>
    public double? Drift { get; init; } = 0.2;

    /// <summary>By how much its mean log loss of any task, on outcomes that came of scores, may be above that version's. Default 0.05; above 0. <see langword="null"/> does not look.</summary>
    public double? LogLoss { get; init; } = 0.05;

    /// <summary>Scores, or labels for the log loss, that each of the two has before they are compared. Default 1,000. At least 1.</summary>
    public int Least { get; init; } = 1_000;

    /// <summary>How long a version is compared with the one before it after it has become active for all. Default 10 minutes; above zero. <see langword="null"/> does not look.</summary>
    public TimeSpan? Window { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often. Default 5 s; above zero.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether there is anything to look at.</summary>
    internal bool IsOn => (ErrorRate ?? Drift ?? LogLoss) is not null;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Check()
    {
        ThrowUnlessWithin(ErrorRate, 1, nameof(ErrorRate));
        ThrowUnlessWithin(Drift, 1, nameof(Drift));
        ThrowUnlessWithin(LogLoss, double.MaxValue, nameof(LogLoss));
        ArgumentOutOfRangeException.ThrowIfLessThan(Least, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Window ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(Window));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Period, TimeSpan.Zero);
    }

    private static void ThrowUnlessWithin(double? value, double most, string name)
    {
        if (value is { } given && !(given > 0 && given <= most))
        {
            throw new ArgumentOutOfRangeException(name, given, $"Accepted is more than 0 and at most {most}.");
        }
    }
}
