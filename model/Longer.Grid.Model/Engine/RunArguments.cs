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
    }
}
