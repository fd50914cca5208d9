using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>The rows of a large table that one pass read: the gradient of the others is zero and is never stored.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Rows">Different rows, in the order they were first met.</param>
/// <param name="Values">Shape <c>[Rows, width]</c>, a leaf whose gradient is that of the rows.</param>
internal sealed record TableRead(string Table, int[] Rows, Tensor Values);
