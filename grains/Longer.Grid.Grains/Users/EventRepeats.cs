using System.Collections.Immutable;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>Why a batch may be sent again after a time-out: an event that the user has already is not taken a second time.</summary>
internal class EventRepeats
{
    /// <summary>What of a batch joins a history, in its order there.</summary>
    /// <inheritdoc cref="EventIntake.Accept"/>
    public virtual List<BehaviorEvent> Drop(HistorySnapshot history, ImmutableArray<BehaviorEvent> batch, IReadOnlyList<EventIdentity> older) =>
        EventIntake.Accept(history, batch, e => e.Identity(), older);
}
