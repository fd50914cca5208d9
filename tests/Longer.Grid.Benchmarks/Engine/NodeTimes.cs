using System.Text.Json;

namespace Longer.Grid.Benchmarks;

/// <summary>What the nodes of one kind and shape take in one run of a graph.</summary>
/// <param name="Node">The operator, and the shapes that go in and come out.</param>
/// <param name="Count">Nodes of it in the graph.</param>
/// <param name="Microseconds">Of all of them together; of each node the median over the runs.</param>
internal sealed record NodeTimes(string Node, int Count, double Microseconds)
{
    /// <summary>Reads a trace of ONNX Runtime's profiler.</summary>
    /// <param name="trace">Chrome's trace events, in JSON.</param>
    /// <returns>How often the session's graph was run, and its nodes, the dearest first.</returns>
    public static (int Runs, IReadOnlyList<NodeTimes> Nodes) Read(FileInfo trace)
    {
        var byNode = new Dictionary<(string Name, string Kind), List<double>>();
        using (var stream = trace.OpenRead())
        using (var events = JsonDocument.Parse(stream))
        {
            foreach (var e in events.RootElement.EnumerateArray().Where(e => e.GetProperty("cat").ValueEquals("Node")))
            {
                var name = e.GetProperty("name").GetString()!;
                if (!name.EndsWith("_kernel_time", StringComparison.Ordinal))
                {
                    continue;
                }

                var args = e.GetProperty("args");
                var kind = $"{args.GetProperty("op_name").GetString()} {Shapes(args, "input_type_shape")} -> {Shapes(args, "output_type_shape")}";
                if (!byNode.TryGetValue((name, kind), out var times))
                {
                    byNode.Add((name, kind), times = []);
                }

                times.Add(e.GetProperty("dur").GetDouble());
            }
        }

        return (
            byNode.Values.Select(times => times.Count).DefaultIfEmpty().Max(),
            [.. byNode.GroupBy(node => node.Key.Kind, node => Spread.Of(node.Value).Median)
                .Select(kind => new NodeTimes(kind.Key, kind.Count(), kind.Sum()))
                .OrderByDescending(kind => kind.Microseconds)]);
    }

    /// <summary>Shapes alone: <c>500x128, 128x512</c>.</summary>
    private static string Shapes(JsonElement args, string property) => string.Join(
        ", ",
        args.GetProperty(property).EnumerateArray().SelectMany(tensor => tensor.EnumerateObject()).Select(
            tensor => string.Join('x', tensor.Value.EnumerateArray().Select(extent => extent.GetRawText()))));
}
