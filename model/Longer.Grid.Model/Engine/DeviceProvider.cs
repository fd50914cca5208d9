using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Longer.Grid.Model;

/// <summary>The one place that knows one kind of device from another: its execution provider and its allocator.</summary>
internal sealed class DeviceProvider : IDisposable
{
    private const string CudaPrefix = "cuda:";

    private readonly int _cudaDevice;
    private readonly OrtAllocator? _cudaAllocator;
    private readonly string? _profile;
    private readonly Dictionary<TensorElementType, InferenceSession> _copies;
    private int _opened;

    /// <summary>Finds a device.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    /// <param name="profile">Where sessions write what each of their nodes took: how the files' names begin; <see langword="null"/> for none.</param>
    /// <param name="kvBudgetBytes">What rings may take.</param>
    /// <exception cref="ArgumentException">The name is neither <c>cpu</c> nor <c>cuda:N</c>.</exception>
    public DeviceProvider(string device, string? profile = null, long kvBudgetBytes = long.MaxValue)
    {
        _profile = profile;
        IsCpu = device == "cpu";
        if (!IsCpu && !(device.StartsWith(CudaPrefix, StringComparison.Ordinal)
            && int.TryParse(device.AsSpan(CudaPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _cudaDevice)))
        {
            throw new ArgumentException($"The device is \"{device}\"; accepted are cpu and cuda:N.", nameof(device));
        }

        // A device's allocator comes with a session; this one outlives every model, as the rings do.
        _copies = Enum.GetValues<KvStorage>().Select(RowCodec.TypeOf).ToDictionary(type => (TensorElementType)type, type => Open(CopyGraph.Build(type)));
        if (!IsCpu)
        {
            using var memory = new OrtMemoryInfo("Cuda", OrtAllocatorType.DeviceAllocator, _cudaDevice, OrtMemType.Default);
            _cudaAllocator = new OrtAllocator(_copies[TensorElementType.Float], memory);
        }

        RingMemory = new SpareMemory(Allocator, kvBudgetBytes);
    }

    public bool IsCpu { get; }

    /// <summary>Where rings lie.</summary>
    public SpareMemory RingMemory { get; }

    /// <summary>Where all else of a device lies.</summary>
    public OrtAllocator Allocator => _cudaAllocator ?? OrtAllocator.DefaultInstance;

    /// <summary>Opens a session that runs on its caller's thread.</summary>
    public InferenceSession Open(byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,

            // A pattern is kept for every combination of input shapes ever seen, and histories and candidate lists come in all lengths.
            EnableMemoryPattern = false,
        };
        if (_profile is not null)
        {
            // In this order: the switch takes the prefix that is set by then. A file's name goes on with the second, so that each session needs its own.
            options.ProfileOutputPathPrefix = $"{_profile}-{_opened++}";
            options.EnableProfiling = true;
        }

        if (!IsCpu)
        {
            // Not the provider's default: products of 10-bit mantissas would miss the full forward pass by far more than 1e-4.
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new Dictionary<string, string>
            {
                ["device_id"] = _cudaDevice.ToString(CultureInfo.InvariantCulture),
                ["use_tf32"] = "0",
            });
            options.AppendExecutionProvider_CUDA(cuda);
        }

        return new InferenceSession(model, options);
    }

    /// <summary>Copies rows from the host or the device to the device; the two do not overlap. Both are disposed.</summary>
    public void Copy(OrtValue from, OrtValue to)
    {
        var copy = _copies[from.GetTensorTypeAndShape().ElementDataType];
        using var run = new RunArguments();
        run.Input("from", from);
        run.Output("to", to);
        run.Run(copy);
    }

    public void Dispose()
    {
        RingMemory.Dispose();
        _cudaAllocator?.Dispose();
        foreach (var copy in _copies.Values)
        {
            copy.Dispose();
        }
    }
}
