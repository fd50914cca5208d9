namespace Longer.Grid.Model;

/// <summary>
/// Computes the newest group's row in every layer, and with it the user globals, against rings that hold the older rows
/// (MODEL.md section 9). It reads no row that it writes.
/// </summary>
/// <remarks>
/// Inputs beside the events' of one group: <c>k_before_l</c>, <c>v_before_l</c>, <c>k_after_l</c>, <c>v_after_l</c> [rows, D], the ring on
/// either side of the newest group's row, at least one row each, if need be one that is masked; <c>sizes_l</c> (int64 [3]) = rows before, rows after, 1;
/// <c>global_sizes_l</c> (int64 [4]) = G and the same; <c>group_bias_l</c> (int32 [1, before + after + 1]) and <c>global_bias_l</c>
/// (int32 [G, G + before + after + 1]). Outputs: <c>k_l</c>, <c>v_l</c> [1, D], <c>global_k_l</c>, <c>global_v_l</c> [G, D] and <c>user</c> [1, D].
/// </remarks>
internal static class AppendGraph
{
    public static byte[] Build(LongerConfig config, ModelWeights weights)
    {
        var graph = new GraphBuilder("append");
        var model = new ModelGraph(graph, config, weights);
        var tables = ModelGraph.Tables(config, events: true, user: true).ToDictionary(t => t.Name, t => model.Table(t.Name, t.Rows, t.Dim));

        var group = model.Groups(tables); // [1, D]
        var globals = model.UserGlobals(tables); // [G, D]
        for (var l = 0; l < config.Layers; l++)
        {
            var block = $"layers.{l}";
            var groupNormed = model.Norm($"{block}.norm1", group);
            var globalsNormed = model.Norm($"{block}.norm1", globals);
            var own = (Keys: model.Keys(block, groupNormed), Values: model.Values(block, groupNormed));
            var ofGlobals = (Keys: model.Keys(block, globalsNormed), Values: model.Values(block, globalsNormed));
            graph.Output($"k_{l}", own.Keys, 1, config.ModelDim);
            graph.Output($"v_{l}", own.Values, 1, config.ModelDim);
            graph.Output($"global_k_{l}", ofGlobals.Keys, config.UserGlobals, config.ModelDim);
            graph.Output($"global_v_{l}", ofGlobals.Values, config.UserGlobals, config.ModelDim);

            var before = Rows("before", l);
            var after = Rows("after", l);
            var globalBias = model.Bias(l, graph.Input($"global_bias_{l}", ElementType.Int32, config.UserGlobals, -1));
            var globalSizes = graph.Input($"global_sizes_{l}", ElementType.Int64, 4);
            var globalsAttended = model.Attend(model.Queries(block, globalsNormed), globalBias, globalSizes, ofGlobals, before, after, own);

            if (l < config.SelfLayers)
            {
                var bias = model.Bias(l, graph.Input($"group_bias_{l}", ElementType.Int32, 1, -1));
                var sizes = graph.Input($"sizes_{l}", ElementType.Int64, 3);
                group = model.AfterAttention(block, group, model.Attend(model.Queries(block, groupNormed), bias, sizes, before, after, own));
            }

            globals = model.AfterAttention(block, globals, globalsAttended);
        }

        graph.Output("user", graph.Slice(globals, graph.Numbers(0), graph.Numbers(1), 0), 1, config.ModelDim);
        return graph.Build();

        (Value Keys, Value Values) Rows(string side, int layer) => (
            graph.Input($"k_{side}_{layer}", ElementType.Float, -1, config.ModelDim),
            graph.Input($"v_{side}_{layer}", ElementType.Float, -1, config.ModelDim));
    }
}
