using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Longer.Grid.Training;

/// <summary>A tensor's own memory.</summary>
internal static class TensorMemory
{
    /// <summary>The elements of a contiguous float32 tensor, valid as long as the tensor lives.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static Span<float> Floats(this Tensor tensor)
    {
        if (!tensor.is_contiguous() || tensor.dtype != ScalarType.Float32)
        {
            throw new ArgumentException($"A contiguous float32 tensor is needed, not {tensor}.", nameof(tensor));
        }

        return MemoryMarshal.Cast<byte, float>(tensor.bytes);
    }
}
