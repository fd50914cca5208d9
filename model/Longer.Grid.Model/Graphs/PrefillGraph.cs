namespace Longer.Grid.Model;

/// <summary>
/// Builds a user's state from events: K and V of the visible groups and of the user globals in every layer, and the user token after the
/// last one. Only rows that something reads are computed (MODEL.md section 7).
/// </summary>
/// <remarks>
/// Inputs beside the events', in whole tiles (<see cref="GroupTiles"/>): <c>groups</c> (int64 [1]), how many groups there are; <c>first_l</c> (int64 [1], l = 1..N), how many of the rows of layer l-1 are older than the oldest of layer l;
/// <c>visible_l</c> (int64 [1]), the first row of layer l that globals and candidates read; <c>group_bias_l_h</c> [queries, rows] of each head h
/// and <c>global_bias_l</c> [H, G, G + visible], from <see cref="LayerBias"/>.
/// Outputs: <c>k_l</c>, <c>v_l</c> [G + visible, D], the globals' rows first, and <c>user</c> [1, D].
/// </remarks>
internal static class PrefillGraph
{
    /// <summary>Name of the input with a head's biases between groups.</summary>
    public static string GroupBias(int layer, int head) => $"group_bias_{layer}_{head}";

    public static byte[] Build(LongerConfig config, ModelWeights weights, KvStorage storage)
    {
        var graph = new GraphBuilder("prefill");
        var model = new ModelGraph(graph, config, weights);
        var rings = new RowCodec(graph, config, storage);
        var tables = ModelGraph.Tables(config, events: true, user: true).ToDictionary(t => t.Name, t => model.Table(t.Name, t.Rows, t.Dim));
        var end = graph.Numbers(int.MaxValue);

        var padded = model.Groups(tables, GroupTiles.Of(config));
        var groups = graph.Slice(padded, graph.Numbers(0), graph.Input("groups", ElementType.Int64, 1), 0); // [R, D]
        var globals = model.UserGlobals(tables); // [G, D]
        for (var l = 0; l < config.Layers; l++)
        {
            var block = $"layers.{l}";
            var groupsNormed = model.Norm($"{block}.norm1", groups);
            var globalsNormed = model.Norm($"{block}.norm1", globals);
            var (groupKeys, groupValues) = (model.Keys(block, groupsNormed), model.Values(block, groupsNormed));

            var visible = graph.Input($"visible_{l}", ElementType.Int64, 1);
            var keys = graph.Concat(0, model.Keys(block, globalsNormed), graph.Slice(groupKeys, visible, end, 0));
            var values = graph.Concat(0, model.Values(block, globalsNormed), graph.Slice(groupValues, visible, end, 0));
            rings.Write($"k_{l}", keys, -1);
            rings.Write($"v_{l}", values, -1);

            var globalBias = graph.Input($"global_bias_{l}", ElementType.Float, config.Heads, config.UserGlobals, -1);
            var globalsAttended = model.Attend(model.Queries(block, globalsNormed), globalBias, default, (keys, values));

            if (l < config.SelfLayers)
            {
                var first = graph.Input($"first_{l + 1}", ElementType.Int64, 1);
                var queries = model.Queries(block, graph.Slice(groupsNormed, first, end, 0));
                var biases = Enumerable.Range(0, config.Heads).Select(h => graph.Input(GroupBias(l, h), ElementType.Float, -1, -1)).ToArray();
                groups = model.AfterAttention(block, graph.Slice(groups, first, end, 0), model.AttendByHead(queries, biases, groupKeys, groupValues));
            }

            globals = model.AfterAttention(block, globals, globalsAttended);
        }

        graph.Output("user", graph.Slice(globals, graph.Numbers(0), graph.Numbers(1), 0), 1, config.ModelDim);
        return graph.Build();
    }
}
