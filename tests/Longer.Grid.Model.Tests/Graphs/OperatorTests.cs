using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>Nothing falls back to the host on CUDA: every node of every graph has a kernel there (DESIGN.md section 3).</summary>
public sealed class OperatorTests
{
    private static readonly Dictionary<string, CudaKernel> Kernels = CudaKernel.Read();

    [Fact]
    public void Every_node_of_every_graph_has_a_cuda_kernel_for_its_types_and_no_line_is_idle()
    {
        var used = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            var model = RandomModels.Of(seed);
            foreach (var storage in Enum.GetValues<KvStorage>())
            {
                Check(PrefillGraph.Build(model.Config, model.Weights, storage), used);
                Check(AppendGraph.Build(model.Config, model.Weights, storage), used);
                Check(ScoreGraph.Build(model.Config, model.Weights, storage), used);
                Check(CopyGraph.Build(RowCodec.TypeOf(storage)), used);
            }

        }

        Assert.Equal(Kernels.Keys.Order(), used.Order());
    }

    [Fact]
    public void A_node_without_a_kernel_is_found()
    {
        var graph = new GraphBuilder("wrong");
        graph.Output("sum", graph.Gelu(graph.Numbers(1, 2)), 2);

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Check(graph.Build(), []));
    }

    private static void Check(byte[] bytes, HashSet<string> used)
    {
        var model = Onnx.Model.Parser.ParseFrom(bytes);
        var operatorSet = Assert.Single(model.OpsetImport).Version;
        var types = new Dictionary<string, string>();
        foreach (var input in model.Graph.Input)
        {
            types[input.Name] = NameOf(input.Type.TensorType.ElemType);
        }

        foreach (var weight in model.Graph.Initializer)
        {
            types[weight.Name] = NameOf(weight.DataType);
        }

        foreach (var node in model.Graph.Node)
        {
            Assert.True(node.Domain.Length == 0 && Kernels.ContainsKey(node.OpType), $"{model.Graph.Name}: {node.OpType} is not in cuda-operators.txt");
            var (outputs, problem) = Kernels[node.OpType].Apply(operatorSet, [.. node.Input.Select(i => types[i])], node.Output.Count, CastTo(node));
            Assert.True(problem is null, $"{model.Graph.Name}: {node.Name}: {problem}");
            for (var i = 0; i < node.Output.Count; i++)
            {
                types[node.Output[i]] = outputs![i];
            }

            used.Add(node.OpType);
        }
    }

    /// <summary>The type that a Cast names.</summary>
    private static string? CastTo(Onnx.Node node) => node.OpType == "Cast" ? NameOf((int)node.Attribute.Single(a => a.Name == "to").I) : null;

    private static string NameOf(int elementType) => ((ElementType)elementType).ToString().ToLowerInvariant();
}
