namespace Longer.Grid.Model;

/// <summary>Copies rows <c>from</c> [rows, width] to rows <c>to</c>, between devices or on one: how a ring grows and a table gets to its device.</summary>
internal static class CopyGraph
{
    public static byte[] Build(ElementType type)
    {
        var graph = new GraphBuilder("copy");
        graph.Output("to", type, graph.Input("from", type, -1, -1), -1, -1);
        return graph.Build();
    }
}
