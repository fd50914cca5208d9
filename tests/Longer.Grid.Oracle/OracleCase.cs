namespace Longer.Grid.Oracle;

/// <summary>Everything that one score depends on, but the model.</summary>
/// <param name="User">Who is scored for.</param>
/// <param name="FirstOrdinal">Ordinal of <c>Events[0]</c>: how many older events are no longer kept.</param>
/// <param name="Events">All kept events, oldest first.</param>
/// <param name="Candidates">The items to score.</param>
/// <param name="AtMs">Request time, Unix milliseconds; it may lie before the newest event.</param>
public sealed record OracleCase(
    OracleUser User, long FirstOrdinal, IReadOnlyList<OracleEvent> Events, IReadOnlyList<OracleCandidate> Candidates, long AtMs);
