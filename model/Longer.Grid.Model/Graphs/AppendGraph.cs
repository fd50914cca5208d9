namespace Longer.Grid.Model;

/// <summary>
/// Computes the newest group's row in every layer, and with it the user globals, against rings that hold the older rows
/// (MODEL.md section 9). It reads no row that it writes.
/// </summary>
/// <remarks>
/// The group and the globals go through each layer together, and read the ring once. Inputs beside the events' of one group:
/// <c>k_before_l</c>, <c>v_before_l</c>, <c>k_after_l</c>, <c>v_after_l</c> [rows, D], the ring on either side of the newest group's row,
/// at least one row each, if need be one that is masked; <c>sizes_l</c> (int64 [3]) = 1 + G, rows before, rows after; <c>bias_l</c>
/// [H, 1 + G, 1 + G + before + after], from <see cref="LayerBias"/>. Outputs: <c>k_l</c>, <c>v_l</c> [1, D], <c>global_k_l</c>, <c>global_v_l</c> [G, D] and <c>user</c> [1, D].
/// </remarks>
internal static class AppendGraph
{
    public static byte[] Build(LongerConfig config, ModelWeights weights, KvStorage storage)
    {
        var graph = new GraphBuilder("append");
        var model = new ModelGraph(graph, config, weights);
        var rings = new RowCodec(graph, config, storage);
        var tables = ModelGraph.Tables(config, events: true, user: true).ToDictionary(t => t.Name, t => model.Table(t.Name, t.Rows, t.Dim));

        var (zero, one, two, end) = (graph.Numbers(0), graph.Numbers(1), graph.Numbers(2), graph.Numbers(int.MaxValue));
        var rows = graph.Concat(0, model.Groups(tables, together: 1), model.UserGlobals(tables)); // [1 + G, D], the group's first
        for (var l = 0; l < config.Layers; l++)
        {
            var block = $"layers.{l}";
            var normed = model.Norm($"{block}.norm1", rows);
            var (keys, values) = (model.Keys(block, normed), model.Values(block, normed));
            rings.Write($"k_{l}", graph.Slice(keys, zero, one, 0), 1);
            rings.Write($"v_{l}", graph.Slice(values, zero, one, 0), 1);
            rings.Write($"global_k_{l}", graph.Slice(keys, one, end, 0), config.UserGlobals);
            rings.Write($"global_v_{l}", graph.Slice(values, one, end, 0), config.UserGlobals);

            var bias = graph.Input($"bias_{l}", ElementType.Float, config.Heads, 1 + config.UserGlobals, -1);
            var sizes = graph.Input($"sizes_{l}", ElementType.Int64, 3);
            rows = model.AfterAttention(block, rows, model.Attend(model.Queries(block, normed), bias, sizes, (keys, values), Rows("before", l), Rows("after", l)));
        }

        graph.Output("user", graph.Slice(rows, one, two, 0), 1, config.ModelDim);
        return graph.Build();

        (KvRows Keys, KvRows Values) Rows(string side, int layer) => (rings.ReadScaled($"k_{side}_{layer}"), rings.ReadScaled($"v_{side}_{layer}"));
    }
}
