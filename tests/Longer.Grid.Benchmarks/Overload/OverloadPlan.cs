namespace Longer.Grid.Benchmarks;

/// <summary>A load of scores that is more than a grid can serve.</summary>
/// <param name="Users">How many, all resident; each is asked for as often.</param>
/// <param name="Events">Events of each.</param>
/// <param name="Candidates">C of a score.</param>
/// <param name="Times">The load, in capacities.</param>
/// <param name="Duration">How long it lasts.</param>
internal sealed record OverloadPlan(int Users, int Events, int Candidates, double Times, TimeSpan Duration)
{
    /// <summary>How long the capacity is measured, before and after.</summary>
    public TimeSpan CapacityDuration { get; } = TimeSpan.FromSeconds(10);
}
