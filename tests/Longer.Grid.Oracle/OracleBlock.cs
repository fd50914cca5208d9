using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>One transformer block (MODEL.md section 6), a token at a time.</summary>
/// <param name="weights">The model's weights.</param>
/// <param name="name">Prefix of its tensors: <c>inner.0</c>, <c>layers.2</c>.</param>
/// <param name="heads">Heads that share the width evenly.</param>
internal sealed class OracleBlock(ModelWeights weights, string name, int heads)
{
    /// <summary>What the block's queries read of a token.</summary>
    public OracleKey Key(double[] token)
    {
        var normed = Norm("norm1", token);
        return new OracleKey(Linear("attention.k", normed), Linear("attention.v", normed));
    }

    /// <summary>The token after this block.</summary>
    /// <param name="token">The token before it.</param>
    /// <param name="visible">All that it sees, itself included, with what is added to its logit in each head; null adds nothing.</param>
    public double[] Apply(double[] token, IReadOnlyList<(OracleKey Key, double[]? Bias)> visible)
    {
        var query = Linear("attention.q", Norm("norm1", token));
        var headWidth = token.Length / heads;
        var mixed = new double[token.Length];
        for (var head = 0; head < heads; head++)
        {
            var from = head * headWidth;
            var logits = visible.Select(v => Logit(query, v.Key, from, headWidth) + (v.Bias?[head] ?? 0)).ToArray();
            var largest = logits.Max();
            var powers = logits.Select(logit => Math.Exp(logit - largest)).ToArray();
            var total = powers.Sum();
            for (var v = 0; v < visible.Count; v++)
            {
                for (var i = from; i < from + headWidth; i++)
                {
                    mixed[i] += powers[v] / total * visible[v].Key.V[i];
                }
            }
        }

        var attended = OracleMath.Add(token, Linear("attention.o", mixed));
        var widened = OracleMath.Gelu(Linear("ffn.in", Norm("norm2", attended)));
        return OracleMath.Add(attended, Linear("ffn.out", widened));
    }

    private static double Logit(double[] query, OracleKey key, int from, int headWidth)
    {
        var product = 0.0;
        for (var i = from; i < from + headWidth; i++)
        {
            product += query[i] * key.K[i];
        }

        return product / Math.Sqrt(headWidth);
    }

    private double[] Norm(string part, double[] x) => OracleMath.LayerNorm(weights[$"{name}.{part}.weight"], weights[$"{name}.{part}.bias"], x);

    private double[] Linear(string part, double[] x) => OracleMath.Linear(weights[$"{name}.{part}.weight"], weights[$"{name}.{part}.bias"], x);
}
