namespace Longer.Grid.Grains;

/// <summary>
/// The durable tier: heads and segments of events. Every write is fenced: it does nothing, and answers <see langword="false"/>, unless
/// the user's head still carries the writer's epoch and the ordinal that it expects (DESIGN.md section 4).
/// </summary>
public interface IBehaviorStore
{
    /// <summary>Takes a user over: every earlier writer is fenced off. Makes an empty head where there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    Task<UserHead> OpenAsync(string userId);

    /// <summary>Reads a head without taking it over; <see langword="null"/> where there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    Task<UserHead?> ReadHeadAsync(string userId);

    /// <summary>Segments from one number up to another, both included, oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    Task<IReadOnlyList<StoredSegment>> ReadSegmentsAsync(string userId, long first, long last);

    /// <summary>Number and first ordinal of the user's oldest kept segment; <see langword="null"/> without events.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    Task<StoredSegment?> ReadOldestSegmentAsync(string userId);

    /// <summary>Writes segments and the new next ordinal, all or nothing.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="epoch">The writer's.</param>
    /// <param name="expectedOrdinal">The next ordinal before the write.</param>
    /// <param name="nextOrdinal">The next ordinal after it.</param>
    /// <param name="replaces">Whether all segments there are go first.</param>
    /// <param name="segments">The newest one rewritten, and those after it.</param>
    /// <param name="firstSegment">Number of the oldest segment to keep: those before it go with the same write. 0 leaves all.</param>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    Task<bool> WriteAsync(string userId, long epoch, long expectedOrdinal, long nextOrdinal, bool replaces, IReadOnlyList<StoredSegment> segments, long firstSegment = 0);

    /// <summary>Replaces the profile.</summary>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    Task<bool> SetProfileAsync(string userId, long epoch, long expectedOrdinal, byte[] profile);

    /// <summary>Removes head and segments; with <paramref name="onlyIfEmpty"/> only a head that holds nothing.</summary>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    Task<bool> ForgetAsync(string userId, long epoch, long expectedOrdinal, bool onlyIfEmpty);
}
