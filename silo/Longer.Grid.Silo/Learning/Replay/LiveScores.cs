namespace Longer.Grid.Silo;

/// <summary>What the grid answered to a request.</summary>
/// <param name="Scores">A row for each candidate in the order asked, a column for each task.</param>
/// <param name="UserEvents">Events that the scores know.</param>
/// <param name="Warm">Whether the user's attention state was on the device already.</param>
internal sealed record LiveScores(float[][] Scores, long UserEvents, bool Warm);
