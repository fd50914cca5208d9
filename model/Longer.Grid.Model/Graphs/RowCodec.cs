namespace Longer.Grid.Model;

/// <summary>How graphs read rows of keys and values from rings and write them there (<see cref="KvStorage"/>).</summary>
/// <remarks>
/// With 8 bits a row is its D numbers and then, for each head, the scale as a count of eighths of an octave: one tensor holds both, and a row of zeros
/// reads as zeros.
/// </remarks>
internal sealed class RowCodec(GraphBuilder graph, LongerConfig config, KvStorage storage)
{
    private const float Most = 127;
    private const float StepsPerOctave = 8;

    /// <summary>Added to the square of the largest number, so that the count of steps is at least -128.</summary>
    private const float LeastSquare = 4e-6f;

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
        var rows = ReadScaled(name);
        return rows.Scales is { } scales
            ? graph.Reshape(graph.Multiply(ByHead(rows.Numbers), graph.Reshape(scales, -1, config.Heads, 1)), -1, config.ModelDim)
            : rows.Numbers;
    }

    /// <summary>The same with the scales apart: for a few queries it costs less to scale their logits and shares than the rows.</summary>
    public KvRows ReadScaled(string name)
    {
        var rows = graph.Input(name, TypeOf(storage), -1, WidthOf(config, storage));
        if (storage != KvStorage.Quarter)
        {
            return storage == KvStorage.Full ? rows : graph.Cast(rows, ElementType.Float);
        }

        var (zero, width, end) = (graph.Numbers(0), graph.Numbers(config.ModelDim), graph.Numbers(int.MaxValue));
        return new(graph.Cast(graph.Slice(rows, zero, width, 1), ElementType.Float), Power(graph.Cast(graph.Slice(rows, width, end, 1), ElementType.Float), 1));
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

    /// <summary>2 to the power of some steps.</summary>
    private Value Power(Value steps, float sign) => graph.Exp(graph.Multiply(steps, Constant(sign * MathF.Log(2) / StepsPerOctave)));

    private Value ByHead(Value rows) => graph.Reshape(rows, -1, config.Heads, config.ModelDim / config.Heads);

    private Value Constant(float value) => graph.Weight($"float:{value:R}", [value], 1);
}
