using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Longer.Grid.Model.Onnx;

namespace Longer.Grid.Model;

/// <summary>A value in a graph under construction.</summary>
internal readonly record struct Value(string Name);

/// <summary>
/// Builds an ONNX graph node by node. Every operator that it offers has a CUDA kernel for the types used here; the operator test holds
/// that line.
/// </summary>
internal sealed class GraphBuilder(string name)
{
    /// <summary>The ONNX operator set: the first one with Gelu.</summary>
    private const int OperatorSet = 20;

    /// <summary>The format version that came with that operator set.</summary>
    private const int FormatVersion = 9;

    private readonly Onnx.Graph _graph = new() { Name = name };
    private readonly Dictionary<string, string> _renamed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _initializers = new(StringComparer.Ordinal);
    private int _next;

    /// <summary>The model's bytes, for an inference session.</summary>
    public byte[] Build()
    {
        var model = new Onnx.Model { IrVersion = FormatVersion, ProducerName = "longer-grid", Graph = _graph };
        model.OpsetImport.Add(new OperatorSet { Domain = "", Version = OperatorSet });
        return model.ToByteArray();
    }

    /// <summary>A graph input; a negative extent is known only at run time.</summary>
    public Value Input(string inputName, ElementType type, params long[] shape)
    {
        _graph.Input.Add(Info(inputName, type, shape));
        return new(inputName);
    }

    /// <summary>Makes a value an output of the graph, under a name of its own and without a copy; it may go on being read.</summary>
    public void Output(string outputName, Value value, params long[] shape) => Output(outputName, ElementType.Float, value, shape);

    /// <summary>The same for a value of another type.</summary>
    public void Output(string outputName, ElementType type, Value value, params long[] shape)
    {
        if (_graph.Node.FirstOrDefault(node => node.Output.Contains(value.Name)) is { } producer)
        {
            producer.Output[producer.Output.IndexOf(value.Name)] = outputName;
            foreach (var node in _graph.Node)
            {
                Rename(node.Input, value.Name, outputName);
            }

            _renamed.Add(value.Name, outputName);
        }
        else
        {
            // An input or a weight.
            _graph.Node.Add(new Node { OpType = "Identity", Input = { value.Name }, Output = { outputName }, Name = $"out_{outputName}" });
        }

        _graph.Output.Add(Info(outputName, type, shape));
    }

    /// <summary>A weight, or another float constant, embedded in the graph; the same name again is the same value.</summary>
    public Value Weight(string weightName, ReadOnlySpan<float> data, params long[] shape)
    {
        if (_initializers.Add(weightName))
        {
            AddInitializer(weightName, ElementType.Float, MemoryMarshal.AsBytes(data), shape);
        }

        return new(weightName);
    }

    /// <summary>A list of whole numbers: a shape, axes, sizes.</summary>
    public Value Numbers(params long[] values)
    {
        var constant = $"int64:{string.Join(',', values)}";
        if (_initializers.Add(constant))
        {
            AddInitializer(constant, ElementType.Int64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);
        }

        return new(constant);
    }

    /// <summary>The same numbers in another type.</summary>
    public Value Cast(Value x, ElementType to) => Node("Cast", [x], Attribute("to", (int)to));

    public Value MatMul(Value a, Value b) => Node("MatMul", [a, b]);

    /// <summary>a x b transposed + c, of matrices.</summary>
    public Value GemmTransposed(Value a, Value b, Value c) => Node("Gemm", [a, b, c], Attribute("transB", 1));

    public Value Add(Value a, Value b) => Node("Add", [a, b]);

    public Value Multiply(Value a, Value b) => Node("Mul", [a, b]);

    public Value Softmax(Value x) => Node("Softmax", [x], Attribute("axis", -1));

    public Value Gelu(Value x) => Node("Gelu", [x], new Onnx.Attribute { Name = "approximate", S = ByteString.CopyFromUtf8("none"), Type = Onnx.Attribute.Types.Kind.String });

    public Value LayerNorm(Value x, Value scale, Value bias) =>
        Node("LayerNormalization", [x, scale, bias], Attribute("axis", -1), new Onnx.Attribute { Name = "epsilon", F = 1e-5f, Type = Onnx.Attribute.Types.Kind.Float });

    public Value Gather(Value table, Value indices, long axis = 0) => Node("Gather", [table, indices], Attribute("axis", axis));

    public Value Concat(long axis, params Value[] parts) => parts.Length == 1 ? parts[0] : Node("Concat", parts, Attribute("axis", axis));

    public Value Reshape(Value x, params long[] shape) => Node("Reshape", [x, Numbers(shape)]);

    public Value Transpose(Value x, params long[] order)
    {
        var permutation = new Onnx.Attribute { Name = "perm", Type = Onnx.Attribute.Types.Kind.Ints };
        permutation.Ints.AddRange(order);
        return Node("Transpose", [x], permutation);
    }

    public Value ReduceMax(Value x, long axis) => Node("ReduceMax", [x, Numbers(axis)], Attribute("keepdims", 1));

    public Value Log(Value x) => Node("Log", [x]);

    public Value Exp(Value x) => Node("Exp", [x]);

    public Value Ceil(Value x) => Node("Ceil", [x]);

    public Value Round(Value x) => Node("Round", [x]);

    public Value ReduceSum(Value x, long axis) => Node("ReduceSum", [x, Numbers(axis)], Attribute("keepdims", 1));

    /// <summary>The part of <paramref name="x"/> along one axis; both ends are values <c>[1]</c> of int64.</summary>
    public Value Slice(Value x, Value from, Value to, long axis) => Node("Slice", [x, from, to, Numbers(axis)]);

    /// <summary>Cuts <paramref name="x"/> along one axis into parts of the given sizes, int64 <c>[parts]</c>.</summary>
    public Value[] Split(Value x, Value sizes, int parts, long axis)
    {
        var outputs = Enumerable.Range(0, parts).Select(_ => NewValue()).ToArray();
        var node = new Node { OpType = "Split", Name = $"Split_{_next}" };
        node.Input.Add([Current(x), Current(sizes)]);
        node.Output.Add(outputs.Select(o => o.Name));
        node.Attribute.Add(Attribute("axis", axis));
        _graph.Node.Add(node);
        return outputs;
    }

    private static Onnx.Attribute Attribute(string attributeName, long value) => new() { Name = attributeName, I = value, Type = Onnx.Attribute.Types.Kind.Int };

    private static ValueInfo Info(string valueName, ElementType type, long[] shape)
    {
        var extents = new Shape();
        for (var i = 0; i < shape.Length; i++)
        {
            extents.Dim.Add(shape[i] < 0 ? new Shape.Types.Dimension { DimParam = $"{valueName}_{i}" } : new Shape.Types.Dimension { DimValue = shape[i] });
        }

        return new ValueInfo { Name = valueName, Type = new Onnx.Type { TensorType = new Onnx.Type.Types.OfTensor { ElemType = (int)type, Shape = extents } } };
    }

    private void AddInitializer(string initializerName, ElementType type, ReadOnlySpan<byte> raw, long[] shape)
    {
        var tensor = new Tensor { Name = initializerName, DataType = (int)type, RawData = ByteString.CopyFrom(raw) };
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
    }

    private Value Node(string operation, Value[] inputs, params Onnx.Attribute[] attributes)
    {
        var output = NewValue();
        var node = new Node { OpType = operation, Name = $"{operation}_{_next}" };
        node.Input.Add(inputs.Select(Current));
        node.Output.Add(output.Name);
        node.Attribute.Add(attributes);
        _graph.Node.Add(node);
        return output;
    }

    private static void Rename(RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
        {
            names[i] = names[i] == from ? to : names[i];
        }
    }

    private string Current(Value value) => _renamed.GetValueOrDefault(value.Name, value.Name);

    private Value NewValue() => new($"v{_next++}");
}
