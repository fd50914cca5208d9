using System.Collections.Immutable;
using Longer.Grid.Grains;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>A labelled request that the grid's store tells of.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Id">What it is called by in reports.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="NextOrdinal">The user's events from this ordinal on were not known then.</param>
/// <param name="Candidates">What was shown.</param>
/// <param name="Labels">What came of each, in their order.</param>
internal sealed record FoundRequest(
    string UserId, string Id, long AtMs, long NextOrdinal, IReadOnlyList<RequestCandidate> Candidates, IReadOnlyList<ImmutableArray<OutcomeLabel>> Labels);
