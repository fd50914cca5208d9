using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Longer.Grid.Model;

/// <summary>Memory on a device, seen as rows of numbers. It knows nothing of budgets (<see cref="KvPool"/>) or of what the rows mean.</summary>
internal sealed class DeviceMemory : IDisposable
{
    private readonly OrtMemoryInfo _info;
    private readonly SpareMemory? _spares;
    private readonly int _width;
    private readonly KvStorage _storage;
    private OrtMemoryAllocation? _allocation;

    /// <summary>Allocates memory that goes with this.</summary>
    public DeviceMemory(OrtAllocator allocator, int rows, int width, KvStorage storage = KvStorage.Full)
        : this(allocator.Info, allocator.Allocate(checked((uint)BytesOf(rows, width, storage))), rows, width, storage)
    {
    }

    /// <summary>Takes memory that goes back to where it is from.</summary>
    public DeviceMemory(SpareMemory spares, int rows, int width, KvStorage storage = KvStorage.Full)
        : this(spares.Info, spares.Take(BytesOf(rows, width, storage)), rows, width, storage) => _spares = spares;

    private DeviceMemory(OrtMemoryInfo info, OrtMemoryAllocation allocation, int rows, int width, KvStorage storage) =>
        (_info, _allocation, Rows, _width, _storage) = (info, allocation, rows, width, storage);

    public int Rows { get; }

    public static long BytesOf(int rows, int width, KvStorage storage = KvStorage.Full) =>
        (long)rows * width * storage switch { KvStorage.Full => sizeof(float), KvStorage.Half => sizeof(ushort), _ => sizeof(sbyte) };

    /// <summary>Rows of zeros on the host.</summary>
    public static OrtValue Zeros(int rows, int width, KvStorage storage) => storage switch
    {
        KvStorage.Full => OrtValue.CreateTensorValueFromMemory(new float[rows * width], [rows, width]),
        KvStorage.Half => OrtValue.CreateTensorValueFromMemory(new Float16[rows * width], [rows, width]),
        _ => OrtValue.CreateTensorValueFromMemory(new sbyte[rows * width], [rows, width]),
    };

    /// <summary>A tensor [count, width] over some rows; it must not outlive the memory.</summary>
    public OrtValue Slice(int from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from + count, Rows);
        ObjectDisposedException.ThrowIf(_allocation is null, this);
        return OrtValue.CreateTensorValueWithData(
            _info,
            _storage switch { KvStorage.Full => TensorElementType.Float, KvStorage.Half => TensorElementType.Float16, _ => TensorElementType.Int8 },
            [count, _width],
            _allocation.DangerousGetHandle() + (nint)BytesOf(from, _width, _storage),
            BytesOf(count, _width, _storage));
    }

    public void Dispose()
    {
        // Once: the memory may be another state's by then.
        if (Interlocked.Exchange(ref _allocation, null) is { } allocation)
        {
            if (_spares is null)
            {
                allocation.Dispose();
            }
            else
            {
                _spares.Give(allocation);
            }
        }
    }
}
