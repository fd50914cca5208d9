namespace Longer.Grid.Model;

/// <summary>Consecutive rows of a ring that hold consecutive groups.</summary>
/// <param name="Row">The first row, among the ring's.</param>
/// <param name="Count">How many; may be 0.</param>
/// <param name="First">The group in the first row.</param>
internal readonly record struct RingRun(int Row, int Count, long First)
{
    /// <summary>Rows that a graph is given for them: ONNX Runtime's CPU kernels divide by the extents, so one that nobody sees stands for none.</summary>
    public int Rows => Math.Max(1, Count);
}
