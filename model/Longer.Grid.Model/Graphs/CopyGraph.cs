namespace Longer.Grid.Model;

/// <summary>Copies rows <c>from</c> [rows, width] to rows <c>to</c>, between devices or on one: how a ring grows and a table gets to its device.</summary>
internal static class CopyGraph
{
    public static byte[] Build()
    {
        var graph = new GraphBuilder("copy");
        graph.Output("to", graph.Input("from", ElementType.Float, -1, -1), -1, -1);
        return graph.Build();
    }
}
