namespace Longer.Grid.Model;

/// <summary>
/// One lookup for both biases of an attention logit (MODEL.md section 6): the tables of position and of time are added up for every
/// pair of buckets, with more columns for keys without a bias, for keys that are not seen, and for the query itself.
/// </summary>
internal static class BiasTable
{
    /// <summary>Column of a key that has no bias: a global.</summary>
    public const int NoBias = LogBucket.Rows * LogBucket.Rows;

    /// <summary>Column of a key that the query does not see.</summary>
    public const int Masked = NoBias + 1;

    public const int Columns = Masked + 1;

    /// <summary>Column, of <see cref="WithOwn"/> alone, of the row where a candidate's own key stands.</summary>
    public const int Own = Columns;

    /// <summary>Finite, so that a row of nothing else is no NaN, and so far down that exp() of it is exactly 0 beside any other.</summary>
    public const float MaskedBias = -1e30f;

    /// <summary>
    /// The table of a layer with what a score's keys end in: the bias, which meets a 1 in the query, and a mark that is 1 for the row of the
    /// candidate itself, which meets the candidate's own logit. Shape <c>[Columns + 1, H, 2]</c>.
    /// </summary>
    /// <param name="biases">From <see cref="Of"/>.</param>
    /// <param name="heads">H.</param>
    public static float[] WithOwn(ReadOnlySpan<float> biases, int heads)
    {
        var table = new float[(Columns + 1) * heads * 2];
        for (var i = 0; i < biases.Length; i++)
        {
            table[2 * i] = biases[i];
        }

        for (var h = 0; h < heads; h++)
        {
            table[(((Own * heads) + h) * 2) + 1] = 1;
        }

        return table;
    }

    public static int Column(int positionBucket, int timeBucket) => (positionBucket * LogBucket.Rows) + timeBucket;

    /// <summary>The table of a layer, shape <c>[Columns, H]</c>.</summary>
    /// <param name="position">Shape <c>[64, H]</c>.</param>
    /// <param name="time">Shape <c>[64, H]</c>.</param>
    /// <param name="heads">H.</param>
    public static float[] Of(ReadOnlySpan<float> position, ReadOnlySpan<float> time, int heads)
    {
        var table = new float[Columns * heads];
        for (var p = 0; p < LogBucket.Rows; p++)
        {
            for (var t = 0; t < LogBucket.Rows; t++)
            {
                var row = table.AsSpan(Column(p, t) * heads, heads);
                for (var h = 0; h < heads; h++)
                {
                    row[h] = position[(p * heads) + h] + time[(t * heads) + h];
                }
            }
        }

        table.AsSpan(Masked * heads, heads).Fill(MaskedBias);
        return table;
    }
}
