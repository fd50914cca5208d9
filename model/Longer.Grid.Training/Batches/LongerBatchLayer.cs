namespace Longer.Grid.Training;

/// <summary>One layer's rows that go on, and whom they see.</summary>
/// <param name="Queries">Rows of this layer that the next one has; null for all of them.</param>
/// <param name="Plan">Keys are the rows of this layer.</param>
internal sealed record LongerBatchLayer(int[]? Queries, AttentionPlan Plan);
