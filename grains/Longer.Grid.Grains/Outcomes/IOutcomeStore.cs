namespace Longer.Grid.Grains;

/// <summary>Keeps outcomes in the database of the behaviours, and shares its writer's commits.</summary>
/// <remarks>
/// With an outcome stands how many events of the user had been accepted when it came. Events keep their ordinals, and join in the order of their
/// arrival; so a score at the outcome's time knew no event from that ordinal on, and none from the first one on that is of its time or later. Whoever
/// trains takes the events before both, which is what the score had to go by, or all that are strictly earlier than the outcome, late arrivals included
/// (MODEL.md section 7).
/// </remarks>
public interface IOutcomeStore
{
    /// <summary>Adds outcomes, all or none; one that is there already is left as it is.</summary>
    /// <param name="outcomes">At least one; the same one may stand twice.</param>
    /// <returns>How many are new.</returns>
    /// <exception cref="OverloadedException">Too many writes wait. Nothing was changed.</exception>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    Task<int> AddAsync(IReadOnlyList<StoredOutcome> outcomes);

    /// <summary>Deletes outcomes that were accepted before a moment.</summary>
    /// <param name="beforeMs">Unix milliseconds.</param>
    /// <param name="limit">So many of those that have been there longest are looked at.</param>
    /// <returns>How many were deleted: as many as <paramref name="limit"/> where there may be more.</returns>
    /// <exception cref="OverloadedException">Too many writes wait. Nothing was changed.</exception>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    Task<int> TrimAsync(long beforeMs, int limit);
}
