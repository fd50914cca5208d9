using System.Collections.Immutable;
using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.FaultySilo;

/// <summary>Takes every event that comes, also one that is there.</summary>
internal sealed class EveryEvent : EventRepeats
{
    /// <inheritdoc/>
    public override List<BehaviorEvent> Drop(HistorySnapshot history, ImmutableArray<BehaviorEvent> batch, IReadOnlyList<EventIdentity> older) => [.. batch.OrderBy(e => e.AtMs)];
}
