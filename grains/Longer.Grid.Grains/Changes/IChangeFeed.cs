namespace Longer.Grid.Grains;

/// <summary>What was committed to the store, in an order in which nothing that commits later is ever behind a reader.</summary>
/// <remarks>
/// <para>
/// Each change gives its row a number. A reading ends before the first number whose transaction may still commit, so a page and all pages
/// before it are everything up to <see cref="ChangePage{T}.Next"/>, whatever the order in which transactions took their numbers and committed. A
/// transaction that has written and stays open, in any database of the server, holds readers up; they miss nothing.
/// </para>
/// <para>
/// The state is the reader's cursor alone: whoever reads a page and dies before it keeps the cursor reads the page again. A row is met once for
/// each reading that finds it changed: rewritten twice between two readings it is there once, as it is last; erased meanwhile, it is not there.
/// </para>
/// </remarks>
public interface IChangeFeed
{
    /// <summary>Segments written after a cursor. One of a table older than change numbers counts as changed once, before all others.</summary>
    /// <param name="after">As the last page gave it; <see langword="default"/> begins at the first change.</param>
    /// <param name="limit">Most segments of the page, at least 1.</param>
    /// <exception cref="ChangeCursorException">The cursor is ahead of the database.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    Task<ChangePage<ChangedSegment>> ReadSegmentsAsync(ChangeCursor after, int limit);

    /// <summary>Outcomes accepted after a cursor, which is one of its own.</summary>
    /// <inheritdoc cref="ReadSegmentsAsync"/>
    Task<ChangePage<ChangedOutcome>> ReadOutcomesAsync(ChangeCursor after, int limit);
}
