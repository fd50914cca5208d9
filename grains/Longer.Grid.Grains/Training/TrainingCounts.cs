namespace Longer.Grid.Grains;

/// <summary>What training has taken in: events each once, whatever becomes of its process; requests and labels that weights were fitted to.</summary>
/// <param name="Events">Behaviours read from the store.</param>
/// <param name="Requests">Requests trained on.</param>
/// <param name="Labels">Labelled candidates of them, one for each task.</param>
/// <param name="FromMs">Time of the earliest of them, in Unix milliseconds; <see langword="null"/> of none.</param>
/// <param name="ToMs">Time of the latest.</param>
/// <param name="Seconds">Time that fitting took.</param>
/// <param name="DroppedSteps">Steps that were not taken, since a number in them was not finite.</param>
public sealed record TrainingCounts(long Events, long Requests, long Labels, long? FromMs, long? ToMs, double Seconds, int DroppedSteps)
{
    /// <summary>Of nothing.</summary>
    public static TrainingCounts None { get; } = new(0, 0, 0, null, null, 0, 0);

    /// <summary>Both together.</summary>
    public TrainingCounts Plus(TrainingCounts other) => new(
        Events + other.Events,
        Requests + other.Requests,
        Labels + other.Labels,
        Least(FromMs, other.FromMs),
        -Least(-ToMs, -other.ToMs),
        Seconds + other.Seconds,
        DroppedSteps + other.DroppedSteps);

    private static long? Least(long? one, long? other) => one is null || other < one ? other : one;
}
