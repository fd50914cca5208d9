using Longer.Grid.Model;
using Microsoft.ML.OnnxRuntime;

namespace Longer.Grid.Benchmarks;

/// <summary>The fastest that this machine multiplies: a 1024 x 1024 x 1024 MatMul of ONNX Runtime in float32, one thread a caller.</summary>
internal sealed class MatMulPeak : IDisposable
{
    private const int Extent = 1024;

    private readonly InferenceSession _session;
    private readonly float[][] _inputs;
    private readonly float[][] _outputs;

    /// <summary>Makes the matrices.</summary>
    public MatMulPeak(DeviceProvider device, int callers)
    {
        var graph = new GraphBuilder("peak");
        var random = new Random(1);
        var weight = Values(random);
        graph.Output("y", graph.MatMul(graph.Input("x", ElementType.Float, Extent, Extent), graph.Weight("w", weight, Extent, Extent)), Extent, Extent);
        _session = device.Open(graph.Build());
        _inputs = [.. Enumerable.Range(0, callers).Select(_ => Values(random))];
        _outputs = [.. Enumerable.Range(0, callers).Select(_ => new float[Extent * Extent])];
    }

    /// <summary>Operations of one product.</summary>
    public static double Flops => 2.0 * Extent * Extent * Extent;

    /// <summary>Multiplies once.</summary>
    public void Run(int caller)
    {
        using var run = new RunArguments();
        run.Input("x", _inputs[caller], Extent, Extent);
        run.Output("y", OrtValue.CreateTensorValueFromMemory(_outputs[caller], [Extent, Extent]));
        run.Run(_session);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static float[] Values(Random random)
    {
        var values = new float[Extent * Extent];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
