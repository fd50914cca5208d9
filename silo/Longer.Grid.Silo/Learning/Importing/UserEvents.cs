using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>Events of one user that are to join a history.</summary>
/// <param name="UserId">Whose they are.</param>
/// <param name="Events">In time order.</param>
internal sealed record UserEvents(string UserId, IReadOnlyList<BehaviorRecord> Events);
