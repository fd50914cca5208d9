namespace Longer.Grid.Grains;

/// <summary>An outcome that was accepted.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="NextOrdinal">Events of the user that had been accepted before it: the score knew none from this ordinal on (<see cref="IOutcomeStore"/>).</param>
/// <param name="Change">The number of the change.</param>
public sealed record ChangedOutcome(StoredOutcome Outcome, long NextOrdinal, long Change);
