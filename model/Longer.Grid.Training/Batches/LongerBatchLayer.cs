namespace Longer.Grid.Training;

/// <summary>One layer's rows that go on, and whom they see.</summary>
/// <param name="Queries">Rows of this layer that the next one has; null for all of them.</param>
/// <param name="Plan">Keys are the rows of this layer.</param>
/// <param name="Copies">Rows of the next layer, by their place among those that this one puts out; null where they are the same.</param>
internal sealed record LongerBatchLayer(int[]? Queries, AttentionPlan Plan, int[]? Copies);
