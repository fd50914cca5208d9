using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary>A few labelled requests in the order of changes: what is trained on is always all slices up to one.</summary>
/// <param name="Requests">They may be none, where outcomes are damaged.</param>
/// <param name="Passed">The state once they are trained on: its cursor behind them.</param>
/// <param name="Positions">Of the users whose events they are, where labels come from events.</param>
/// <param name="Events">Behaviours that are read for the first time with them.</param>
internal sealed record LabelSlice(
    IReadOnlyList<FoundRequest> Requests, Func<TrainingState, TrainingState> Passed, IReadOnlyDictionary<string, TrainedPosition> Positions, long Events);
