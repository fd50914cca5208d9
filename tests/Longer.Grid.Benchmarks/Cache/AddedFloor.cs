namespace Longer.Grid.Benchmarks;

/// <summary>What a long history adds by the formulas: the part of it that a cache can remove at an equal share of the peak.</summary>
/// <param name="OfTheWindow">To a user with as many events as the window holds.</param>
/// <param name="OfOlderUsers">To a user who has lived longer, of whom a stateless server computes the groups before the window too.</param>
internal sealed record AddedFloor(AddedOperations OfTheWindow, AddedOperations OfOlderUsers);

/// <summary>Operations that a long history adds.</summary>
/// <param name="CachedMflop">To an append and a score.</param>
/// <param name="StatelessMflop">To a prefill and a score.</param>
internal sealed record AddedOperations(double CachedMflop, double StatelessMflop)
{
    /// <summary>The share that the cache removes.</summary>
    public double Removed => 1 - (CachedMflop / StatelessMflop);
}
