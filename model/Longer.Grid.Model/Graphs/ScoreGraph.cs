namespace Longer.Grid.Model;

/// <summary>
/// The candidates' side of the attention, and the head (MODEL.md sections 5 to 8). Every candidate sees the same keys with the same
/// biases, and one more of its own.
/// </summary>
/// <remarks>
/// Inputs beside the candidates' rows and buckets: <c>k_l</c>, <c>v_l</c> [rows, D], the user's rows, globals first; <c>bias_l</c>
/// (int32 [1, rows]); <c>sizes_l</c> (int64 [2]) = rows, 1; <c>user</c> [1, D]. Output: <c>logits</c> [C, tasks].
/// </remarks>
internal static class ScoreGraph
{
    public static byte[] Build(LongerConfig config, ModelWeights weights)
    {
        var graph = new GraphBuilder("score");
        var model = new ModelGraph(graph, config, weights);
        var tables = ModelGraph.Tables(config, events: true, user: false).ToDictionary(t => t.Name, t => model.Table(t.Name, t.Rows, t.Dim));

        var first = model.Candidates(tables); // [C, D]
        var candidates = first;
        for (var l = 0; l < config.Layers; l++)
        {
            var block = $"layers.{l}";
            var normed = model.Norm($"{block}.norm1", candidates);
            candidates = model.AfterAttention(block, candidates, Attend(l, block, normed));
        }

        // head.in reads [c | user | c before layer 0]; the user's part is the same for all candidates.
        var user = model.Norm("final_norm", graph.Input("user", ElementType.Float, 1, config.ModelDim));
        var hidden = model.LinearColumns("head.in", model.Norm("final_norm", candidates), 0, config.ModelDim);
        hidden = graph.Add(hidden, model.LinearColumns("head.in", first, 2 * config.ModelDim, config.ModelDim));
        hidden = graph.Add(hidden, graph.Add(model.LinearColumns("head.in", user, config.ModelDim, config.ModelDim), model.Weight("head.in.bias")));
        graph.Output("logits", model.Linear("head.out", graph.Gelu(hidden)), -1, config.Tasks.Count);
        return graph.Build();

        Value Attend(int l, string block, Value normed)
        {
            var q = model.ByHead(model.Queries(block, normed)); // [H, C, w]
            var own = (Keys: model.ByHead(model.Keys(block, normed)), Values: model.ByHead(model.Values(block, normed)));
            var keys = graph.Input($"k_{l}", ElementType.Float, -1, config.ModelDim);
            var values = graph.Input($"v_{l}", ElementType.Float, -1, config.ModelDim);
            var bias = model.Bias(l, graph.Input($"bias_{l}", ElementType.Int32, 1, -1)); // [H, 1, rows]

            var shared = graph.Add(graph.MatMul(q, model.KeysByHead(keys)), bias); // [H, C, rows]
            var self = graph.ReduceSum(graph.Multiply(q, own.Keys), -1); // [H, C, 1]
            var shares = graph.Split(graph.Softmax(graph.Concat(2, shared, self)), graph.Input($"sizes_{l}", ElementType.Int64, 2), 2, 2);
            return model.JoinHeads(graph.Add(graph.MatMul(shares[0], model.ByHead(values)), graph.Multiply(shares[1], own.Values)));
        }
    }
}
