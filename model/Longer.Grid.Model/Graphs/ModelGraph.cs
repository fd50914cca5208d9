namespace Longer.Grid.Model;

/// <summary>The parts of the model that the three graphs share (MODEL.md sections 3 to 6), over a <see cref="GraphBuilder"/>.</summary>
/// <remarks>
/// Tables that grow with the catalogue (item, user, sides, profile) are graph inputs: every session reads the same memory and none copies
/// it. The rest is small and embedded, so that a session may pack it for its processor.
/// </remarks>
internal sealed class ModelGraph(GraphBuilder graph, LongerConfig config, ModelWeights weights)
{
    /// <summary>Bias of a key that is not seen. Finite, so that a row of nothing else is no NaN, and so far down that exp() of it is exactly 0 beside any other.</summary>
    public const float Masked = -1e30f;

    private readonly int _d = config.EventDim;
    private readonly int _width = config.ModelDim;

    public GraphBuilder Graph => graph;

    public LongerConfig Config => config;

    /// <summary>Names of the weights that are graph inputs, with their shapes.</summary>
    public static IEnumerable<(string Name, int Rows, int Dim)> Tables(LongerConfig config, bool events, bool user)
    {
        if (events)
        {
            yield return ("item.weight", config.Item.Rows, config.Item.Dim);
            foreach (var side in config.Sides)
            {
                yield return ($"side.{side.Name}.weight", side.Rows, side.Dim);
            }
        }

        if (user)
        {
            yield return ("user.weight", config.UserRows, config.ModelDim);
            foreach (var feature in config.Profile)
            {
                yield return ($"profile.{feature.Name}.weight", feature.Rows, config.ModelDim);
            }
        }
    }

    public Value Table(string name, int rows, int dim) => graph.Input(name, ElementType.Float, rows, dim);

    /// <summary>Event tokens merged into groups: h[0], shape <c>[groups, D]</c> (sections 3 and 4).</summary>
    /// <param name="tables">The large tables.</param>
    /// <param name="together">Groups whose InnerTrans is one product: the number of groups is a multiple of it (<see cref="GroupTiles"/>).</param>
    public Value Groups(IReadOnlyDictionary<string, Value> tables, int together)
    {
        int k = config.GroupSize, slots = k * together;
        var columns = new List<Value> { graph.Gather(tables["item.weight"], graph.Input("item_rows", ElementType.Int32, -1)) };
        columns.AddRange(config.Sides.Select(s => graph.Gather(tables[$"side.{s.Name}.weight"], graph.Input($"side_{s.Name}_rows", ElementType.Int32, -1))));
        columns.Add(graph.Gather(Weight("action.weight"), graph.Input("action_rows", ElementType.Int32, -1)));
        columns.Add(graph.Gather(Weight("gap.weight"), graph.Input("gap_buckets", ElementType.Int32, -1)));
        var x = graph.Concat(1, [.. columns]); // [groups·K, in]
        var e = Linear("event.out", graph.Gelu(Linear("event.in", x))); // [groups·K, d]
        var u = graph.Reshape(graph.Add(graph.Reshape(e, -1, k, _d), Weight("inner.position.weight")), -1, _d); // [groups·K, d]

        if (config.InnerLayers > 0)
        {
            // 0, or masked where the slot is empty; and masked where two slots are of different groups.
            var bias = graph.Input("slot_bias", ElementType.Float, -1, 1, 1, slots);
            if (together > 1)
            {
                bias = graph.Add(bias, graph.Weight("inner.groups", GroupTiles.Apart(k, together), slots, slots));
            }

            for (var i = 0; i < config.InnerLayers; i++)
            {
                u = InnerBlock($"inner.{i}", u, bias, slots);
            }
        }

        var filled = graph.Input("slot_filled", ElementType.Float, -1, 1); // 1, or 0 where the slot is empty
        return graph.Reshape(graph.Multiply(u, filled), -1, _width); // [groups, K·d]
    }

    /// <summary>h[0] of the user globals, shape <c>[G, D]</c> (section 5).</summary>
    public Value UserGlobals(IReadOnlyDictionary<string, Value> tables)
    {
        var user = graph.Gather(tables["user.weight"], graph.Input("user_row", ElementType.Int32, 1));
        foreach (var feature in config.Profile)
        {
            user = graph.Add(user, graph.Gather(tables[$"profile.{feature.Name}.weight"], graph.Input($"profile_{feature.Name}_row", ElementType.Int32, 1)));
        }

        return config.ClsTokens > 0 ? graph.Concat(0, user, Weight("cls.weight")) : user;
    }

    /// <summary>Candidate tokens c, shape <c>[C, D]</c> (section 5).</summary>
    public Value Candidates(IReadOnlyDictionary<string, Value> tables)
    {
        var columns = new List<Value> { graph.Gather(tables["item.weight"], graph.Input("item_rows", ElementType.Int32, -1)) };
        columns.AddRange(config.Sides.Select(s => graph.Gather(tables[$"side.{s.Name}.weight"], graph.Input($"side_{s.Name}_rows", ElementType.Int32, -1))));
        foreach (var name in config.Sides.Select(s => s.Name).Prepend("item"))
        {
            foreach (var kind in new[] { "count", "age" })
            {
                columns.Add(graph.Gather(Weight($"cross.{name}_{kind}.weight"), graph.Input($"cross_{name}_{kind}", ElementType.Int32, -1)));
            }
        }

        return Linear("candidate.out", graph.Gelu(Linear("candidate.in", graph.Concat(1, [.. columns]))));
    }

    /// <summary>Queries of a block, scaled, shape <c>[rows, w]</c>.</summary>
    public Value Queries(string block, Value normed) => Linear($"{block}.attention.q", normed, scale: 1 / MathF.Sqrt(HeadWidth(block)));

    public Value Keys(string block, Value normed) => Linear($"{block}.attention.k", normed);

    public Value Values(string block, Value normed) => Linear($"{block}.attention.v", normed);

    public Value Norm(string name, Value x) => graph.LayerNorm(x, Weight($"{name}.weight"), Weight($"{name}.bias"));

    /// <summary>The rest of a block after its attention: output projection and FFN, each on the residual stream.</summary>
    public Value AfterAttention(string block, Value residual, Value attended)
    {
        var h = graph.Add(residual, Linear($"{block}.attention.o", attended));
        return graph.Add(h, Linear($"{block}.ffn.out", graph.Gelu(Linear($"{block}.ffn.in", Norm($"{block}.norm2", h)))));
    }

    /// <summary>Heads apart: <c>[rows, D] -> [rows, H, D/H]</c>.</summary>
    public Value Heads(Value x) => graph.Reshape(x, -1, config.Heads, _width / config.Heads);

    /// <summary>Rows by head: <c>[rows, D] -> [H, rows, D/H]</c>.</summary>
    public Value ByHead(Value x) => graph.Transpose(Heads(x), 1, 0, 2);

    /// <summary>Keys by head, transposed: <c>[rows, D] -> [H, D/H, rows]</c>.</summary>
    public Value KeysByHead(Value x) => graph.Transpose(graph.Reshape(x, -1, config.Heads, _width / config.Heads), 1, 2, 0);

    /// <summary>Heads side by side again: <c>[H, rows, D/H] -> [rows, D]</c>.</summary>
    public Value JoinHeads(Value x) => graph.Reshape(graph.Transpose(x, 1, 0, 2), -1, _width);

    /// <summary>
    /// Attention of queries over keys that lie in several places: only the logits are put side by side, never the keys or values.
    /// </summary>
    /// <param name="queries">Scaled, shape <c>[Q, D]</c>.</param>
    /// <param name="bias">Shape <c>[H, Q or 1, all keys]</c>, in the order of the segments.</param>
    /// <param name="sizes">Keys of each segment, int64 <c>[segments]</c>.</param>
    /// <param name="segments">Keys and values.</param>
    /// <returns>Shape <c>[Q, D]</c>.</returns>
    public Value Attend(Value queries, Value bias, Value sizes, params (KvRows Keys, KvRows Values)[] segments)
    {
        var q = ByHead(queries);
        var logits = graph.Concat(2, [.. segments.Select(s => Scaled(graph.MatMul(q, KeysByHead(s.Keys.Numbers)), s.Keys.Scales))]); // [H, Q, keys]
        var shares = graph.Softmax(graph.Add(logits, bias));
        var parts = segments.Length == 1 ? [shares] : graph.Split(shares, sizes, segments.Length, 2);
        return JoinHeads(segments.Select((s, i) => graph.MatMul(Scaled(parts[i], s.Values.Scales), ByHead(s.Values.Numbers))).Aggregate(graph.Add));

        Value Scaled(Value byKey, Value? each) =>
            each is { } scales ? graph.Multiply(byKey, graph.Transpose(graph.Reshape(scales, 1, -1, config.Heads), 2, 0, 1)) : byKey; // [H, 1, keys]
    }

    /// <summary>
    /// Attention of many queries: the bias of each pair is added within the product of a head, and no other pass goes over queries times keys than the
    /// softmax.
    /// </summary>
    /// <param name="queries">Scaled, shape <c>[Q, D]</c>.</param>
    /// <param name="biases">Of each head, shape <c>[Q, keys]</c>.</param>
    /// <param name="keys">Shape <c>[keys, D]</c>.</param>
    /// <param name="values">Shape <c>[keys, D]</c>.</param>
    /// <returns>Shape <c>[Q, D]</c>.</returns>
    public Value AttendByHead(Value queries, Value[] biases, Value keys, Value values)
    {
        var (q, k, v) = (Apart(queries), Apart(keys), Apart(values)); // [rows, w] each
        return graph.Concat(1, [.. biases.Select((bias, h) => graph.MatMul(graph.Softmax(graph.GemmTransposed(q[h], k[h], bias)), v[h]))]);

        Value[] Apart(Value x) => graph.Split(x, graph.Numbers([.. Enumerable.Repeat((long)_width / config.Heads, config.Heads)]), config.Heads, 1);
    }

    /// <summary>A linear layer; its weight is stored transposed, as MatMul wants it.</summary>
    public Value Linear(string name, Value x, float scale = 1)
    {
        var bias = weights[$"{name}.bias"];
        int outputs = bias.Length, inputs = weights[$"{name}.weight"].Length / outputs;
        return graph.Add(
            graph.MatMul(x, graph.Weight($"{name}.weight", Transposed(weights[$"{name}.weight"], outputs, inputs, 0, inputs, scale), inputs, outputs)),
            graph.Weight($"{name}.bias", [.. bias.Select(b => b * scale)], outputs));
    }

    /// <summary>Some input columns of a linear layer without its bias, transposed for MatMul.</summary>
    public Value LinearColumns(string name, Value x, int from, int count)
    {
        var outputs = weights[$"{name}.bias"].Length;
        var data = weights[$"{name}.weight"];
        return graph.MatMul(x, graph.Weight($"{name}.weight[{from}..]", Transposed(data, outputs, data.Length / outputs, from, count, 1), count, outputs));
    }

    public Value Weight(string name)
    {
        var spec = weights.Specs.Single(s => s.Name == name);
        return graph.Weight(name, weights[name], [.. spec.Shape.Select(e => (long)e)]);
    }

    private static float[] Transposed(ReadOnlySpan<float> weight, int outputs, int inputs, int from, int count, float scale)
    {
        var transposed = new float[count * outputs];
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < count; i++)
            {
                transposed[(i * outputs) + o] = weight[(o * inputs) + from + i] * scale;
            }
        }

        return transposed;
    }

    private int HeadWidth(string block) => block.StartsWith("inner", StringComparison.Ordinal) ? _d / config.InnerHeads : _width / config.Heads;

    private Value InnerBlock(string block, Value u, Value bias, int slots)
    {
        int heads = config.InnerHeads, headWidth = _d / heads;
        var normed = Norm($"{block}.norm1", u);
        var q = graph.Transpose(Split(Queries(block, normed)), 0, 2, 1, 3); // [tiles, heads, slots, w]
        var keys = graph.Transpose(Split(Keys(block, normed)), 0, 2, 3, 1); // [tiles, heads, w, slots]
        var values = graph.Transpose(Split(Values(block, normed)), 0, 2, 1, 3);
        var shares = graph.Softmax(graph.Add(graph.MatMul(q, keys), bias));
        return AfterAttention(block, u, graph.Reshape(graph.Transpose(graph.MatMul(shares, values), 0, 2, 1, 3), -1, _d));

        Value Split(Value x) => graph.Reshape(x, -1, slots, heads, headWidth);
    }
}
