using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Longer.Grid.Model;

/// <summary>Float memory on a device, seen as rows. It knows nothing of budgets (<see cref="KvPool"/>) or of what the rows mean.</summary>
internal sealed class DeviceMemory : IDisposable
{
    private readonly OrtMemoryAllocation _allocation;
    private readonly OrtMemoryInfo _info;
    private readonly int _width;

    public DeviceMemory(OrtAllocator allocator, int rows, int width)
    {
        Rows = rows;
        _width = width;
        _info = allocator.Info;
        _allocation = allocator.Allocate(checked((uint)BytesOf(rows, width)));
    }

    public int Rows { get; }

    public static long BytesOf(int rows, int width) => (long)rows * width * sizeof(float);

    /// <summary>A tensor [count, width] over some rows; it must not outlive the memory.</summary>
    public OrtValue Slice(int from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from + count, Rows);
        return OrtValue.CreateTensorValueWithData(
            _info, TensorElementType.Float, [count, _width], _allocation.DangerousGetHandle() + (nint)BytesOf(from, _width), BytesOf(count, _width));
    }

    public void Dispose() => _allocation.Dispose();
}
