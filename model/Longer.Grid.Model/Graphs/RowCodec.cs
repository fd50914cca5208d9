namespace Longer.Grid.Model;

/// <summary>How graphs read rows of keys and values from rings and write them there (<see cref="KvStorage"/>).</summary>
/// <remarks>
/// With 8 bits a row is its D numbers and then, for each head, the scale as a count of quarter octaves: one tensor holds both, and a row of zeros
/// reads as zeros.
/// </remarks>
internal sealed class RowCodec(GraphBuilder graph, LongerConfig config, KvStorage storage)
{
    private const float Most = 127;
    private const float StepsPerOctave = 4;

    /// <summary>Added to the square of the largest number: its logarithm stays within 8 bits.</summary>
    private const float LeastSquare = 1e-12f;

    /// <summary>Numbers that a row takes.</summary>
    public static int WidthOf(LongerConfig config, KvStorage storage) => config.ModelDim + (storage == KvStorage.Quarter ? config.Heads : 0);

    /// <summary>Type of a ring's numbers.</summary>
    public static ElementType TypeOf(KvStorage storage) => storage switch
    {
        KvStorage.Full => ElementType.Float,
        KvStorage.Half => ElementType.Float16,
        _ => ElementType.Int8,
    };

    /// <summary>An input of ring rows, as they are computed with: float <c>[rows, D]</c>.</summary>
    public Value Read(string name)
    {
        var rows = graph.Input(name, TypeOf(storage), -1, WidthOf(config, storage));
        if (storage == KvStorage.Full)
        {
            return rows;
        }

        var numbers = graph.Cast(rows, ElementType.Float);
        if (storage == KvStorage.Half)
        {
            return numbers;
        }

        var (zero, width, end) = (graph.Numbers(0), graph.Numbers(config.ModelDim), graph.Numbers(int.MaxValue));
        var steps = graph.Reshape(graph.Slice(numbers, width, end, 1), -1, config.Heads, 1);
        return graph.Reshape(graph.Multiply(ByHead(graph.Slice(numbers, zero, width, 1)), Power(steps, 1)), -1, config.ModelDim);
    }

    /// <summary>Makes rows, float <c>[rows, D]</c>, an output that a ring keeps.</summary>
    public void Write(string name, Value rows, long count) =>
        graph.Output(name, TypeOf(storage), storage == KvStorage.Full ? rows : graph.Cast(storage == KvStorage.Half ? rows : Quantized(rows), TypeOf(storage)), count, WidthOf(config, storage));

    private Value Quantized(Value rows)
    {
        var x = ByHead(rows); // [rows, H, w]
        var largest = graph.Log(graph.Add(graph.ReduceMax(graph.Multiply(x, x), -1), Constant(LeastSquare))); // Twice the logarithm of it.
        var steps = graph.Ceil(graph.Add(graph.Multiply(largest, Constant(StepsPerOctave / (2 * MathF.Log(2)))), Constant(-StepsPerOctave * MathF.Log2(Most))));
        var numbers = graph.Round(graph.Multiply(x, Power(steps, -1)));
        return graph.Concat(1, graph.Reshape(numbers, -1, config.ModelDim), graph.Reshape(steps, -1, config.Heads));
    }

    /// <summary>2 to the power of some quarter octaves.</summary>
    private Value Power(Value steps, float sign) => graph.Exp(graph.Multiply(steps, Constant(sign * MathF.Log(2) / StepsPerOctave)));

    private Value ByHead(Value rows) => graph.Reshape(rows, -1, config.Heads, config.ModelDim / config.Heads);

    private Value Constant(float value) => graph.Weight($"float:{value:R}", [value], 1);
}
