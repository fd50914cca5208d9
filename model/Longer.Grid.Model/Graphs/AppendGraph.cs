namespace Longer.Grid.Model;

/// <summary>
/// Computes the rows of the newest groups in every layer, and with them the user globals, against rings that hold the older rows
/// (MODEL.md section 9). It reads no row that it writes.
/// </summary>
/// <remarks>
/// The m groups and the globals go through each layer together, and read the ring once. Inputs beside the groups' events:
/// <c>k_before_l</c>, <c>v_before_l</c>, <c>k_after_l</c>, <c>v_after_l</c> [rows, D], the ring on either side of the groups' own rows;
/// <c>k_leaving_l</c>, <c>v_leaving_l</c> [rows, D], copies of what the groups' rows held that the earlier of them still see; of each at
/// least one row, if need be one that is masked; <c>sizes_l</c> (int64 [3]) = G + m + rows leaving, rows before, rows after;
/// <c>bias_l</c> [H, G + m, keys in that order], from <see cref="LayerBias"/>. Outputs: <c>k_l</c>, <c>v_l</c> [m, D], <c>global_k_l</c>,
/// <c>global_v_l</c> [G, D] and <c>user</c> [1, D].
/// </remarks>
internal static class AppendGraph
{
    public static byte[] Build(LongerConfig config, ModelWeights weights, KvStorage storage)
    {
        var graph = new GraphBuilder("append");
        var model = new ModelGraph(graph, config, weights);
        var rings = new RowCodec(graph, config, storage);
        var tables = ModelGraph.Tables(config, events: true, user: true).ToDictionary(t => t.Name, t => model.Table(t.Name, t.Rows, t.Dim));

        var globals = config.UserGlobals;
        var (zero, one, first, end) = (graph.Numbers(0), graph.Numbers(1), graph.Numbers(globals), graph.Numbers(int.MaxValue));
        var rows = graph.Concat(0, model.UserGlobals(tables), model.Groups(tables, together: 1)); // [G + m, D]
        for (var l = 0; l < config.Layers; l++)
        {
            var block = $"layers.{l}";
            var normed = model.Norm($"{block}.norm1", rows);
            var (keys, values) = (model.Keys(block, normed), model.Values(block, normed));
            rings.Write($"global_k_{l}", graph.Slice(keys, zero, first, 0), globals);
            rings.Write($"global_v_{l}", graph.Slice(values, zero, first, 0), globals);
            rings.Write($"k_{l}", graph.Slice(keys, first, end, 0), -1);
            rings.Write($"v_{l}", graph.Slice(values, first, end, 0), -1);

            var own = (graph.Concat(0, keys, rings.Read($"k_leaving_{l}")), graph.Concat(0, values, rings.Read($"v_leaving_{l}")));
            var bias = graph.Input($"bias_{l}", ElementType.Float, config.Heads, -1, -1);
            var sizes = graph.Input($"sizes_{l}", ElementType.Int64, 3);
            rows = model.AfterAttention(block, rows, model.Attend(model.Queries(block, normed), bias, sizes, own, Rows("before", l), Rows("after", l)));
        }

        graph.Output("user", graph.Slice(rows, zero, one, 0), 1, config.ModelDim);
        return graph.Build();

        (KvRows Keys, KvRows Values) Rows(string side, int layer) => (rings.ReadScaled($"k_{side}_{layer}"), rings.ReadScaled($"v_{side}_{layer}"));
    }
}
