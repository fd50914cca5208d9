namespace Longer.Grid.Model;

/// <summary>
/// The candidates' side of the attention, and the head (MODEL.md sections 5 to 8). Every candidate sees the same keys with the same
/// biases, and one more of its own.
/// </summary>
/// <remarks>
/// <para>
/// Inputs beside the candidates' rows and buckets: <c>k_l</c>, <c>v_l</c> [rows, D], the user's rows after one of zeros; <c>ends_l</c>
/// [rows, H, 2], from <see cref="LayerBias"/>; <c>ones</c> [C, H, 1]; <c>user</c> [1, D]. Output: <c>logits</c> [C, tasks].
/// </para>
/// <para>
/// One product gives all logits: a query is [q, 1, s], s being the logit of the candidate's own key, and a key is [k, bias, 0], or
/// [0, 0, 1] in the row of zeros, where the candidate itself stands. So no pass over candidates times keys adds a bias or makes room for
/// the own key, and the softmax is over all keys at once.
/// </para>
/// </remarks>
internal static class ScoreGraph
{
    public static byte[] Build(LongerConfig config, ModelWeights weights, KvStorage storage)
    {
        var graph = new GraphBuilder("score");
        var model = new ModelGraph(graph, config, weights);
        var rings = new RowCodec(graph, config, storage);
        var tables = ModelGraph.Tables(config, events: true, user: false).ToDictionary(t => t.Name, t => model.Table(t.Name, t.Rows, t.Dim));

        var first = model.Candidates(tables); // [C, D]
        var ones = graph.Input("ones", ElementType.Float, -1, config.Heads, 1);
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
            var keys = graph.Concat(2, model.Heads(rings.Read($"k_{l}")), graph.Input($"ends_{l}", ElementType.Float, -1, config.Heads, 2));
            var values = model.ByHead(rings.Read($"v_{l}")); // [H, rows, w]

            var q = model.Heads(model.Queries(block, normed)); // [C, H, w]
            var self = graph.ReduceSum(graph.Multiply(q, model.Heads(model.Keys(block, normed))), -1); // [C, H, 1]
            var logits = graph.MatMul(graph.Transpose(graph.Concat(2, q, ones, self), 1, 0, 2), graph.Transpose(keys, 1, 2, 0)); // [H, C, rows]
            var shares = graph.Softmax(logits);
            var own = graph.Slice(shares, graph.Numbers(0), graph.Numbers(KvRing.OwnRows), 2); // [H, C, 1]
            return model.JoinHeads(graph.Add(graph.MatMul(shares, values), graph.Multiply(own, model.ByHead(model.Values(block, normed)))));
        }
    }
}
