using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace Longer.Grid.Model;

/// <summary>Inputs and outputs of one run of a graph, by name. Disposing it releases the tensors that it owns, not what they lie over.</summary>
internal sealed class RunArguments : IDisposable
{
    private static readonly RunOptions Options = new();

    private readonly List<string> _inputNames = [];
    private readonly List<OrtValue> _inputs = [];
    private readonly List<string> _outputNames = [];
    private readonly List<OrtValue> _outputs = [];
    private readonly List<OrtValue> _owned = [];
    private readonly List<DeviceMemory> _memory = [];
    private readonly List<float[]> _rented = [];

    /// <summary>A tensor that lives longer than the run.</summary>
    public void Shared(string name, OrtValue value)
    {
        _inputNames.Add(name);
        _inputs.Add(value);
    }

    public void Input(string name, OrtValue value)
    {
        _owned.Add(value);
        Shared(name, value);
    }

    public void Input<T>(string name, T[] data, params long[] shape)
        where T : unmanaged => Input(name, OrtValue.CreateTensorValueFromMemory(data, shape));

    /// <summary>A large input, of memory that is used again: new memory of megabytes costs more than most that is written to it.</summary>
    /// <returns>To be filled before the run; what is in it is of some run before.</returns>
    public Span<float> Input(string name, params long[] shape) => Inputs([name], shape);

    /// <summary>Inputs of one shape that lie beside each other in such memory.</summary>
    public Span<float> Inputs(IReadOnlyList<string> names, params long[] shape)
    {
        var length = checked((int)shape.Aggregate(1L, (product, extent) => product * extent));
        var memory = ArrayPool<float>.Shared.Rent(names.Count * length);
        _rented.Add(memory);
        for (var i = 0; i < names.Count; i++)
        {
            Input(names[i], OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(i * length, length), shape));
        }

        return memory.AsSpan(0, names.Count * length);
    }

    /// <summary>Memory that is given back with the tensors.</summary>
    public DeviceMemory Owned(DeviceMemory memory)
    {
        _memory.Add(memory);
        return memory;
    }

    public void Output(string name, OrtValue value)
    {
        _owned.Add(value);
        _outputNames.Add(name);
        _outputs.Add(value);
    }

    public void Run(InferenceSession session) => session.Run(Options, _inputNames, _inputs, _outputNames, _outputs);

    public void Dispose()
    {
        foreach (var value in _owned)
        {
            value.Dispose();
        }

        _memory.ForEach(memory => memory.Dispose());
        _rented.ForEach(memory => ArrayPool<float>.Shared.Return(memory));
    }
}
