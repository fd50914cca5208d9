using System.Numerics;

namespace Longer.Grid.Training;

/// <summary>Biased softmax attention over ragged key ranges and its gradient, one head at a time, on the calling thread.</summary>
/// <remarks>
/// libtorch has no attention with a range of keys for each query: masks over all keys cost memory and time for what is thrown away, and
/// the bias tables' gradient through a gather costs more than the attention itself. Here a query touches its own keys alone.
/// Rows of a head are packed with their width rounded up to whole vectors, so that no loop has a scalar tail; the added lanes are zero.
/// </remarks>
internal static unsafe partial class AttentionKernel
{
    private static int Lanes => Vector<float>.Count;

    /// <summary>Attends.</summary>
    /// <param name="plan">Who sees whom.</param>
    /// <param name="queries">Shape <c>[queries, width]</c>.</param>
    /// <param name="queryRows">Queries.</param>
    /// <param name="keysValues">Shape <c>[keys, 2 * width]</c>: a key, then its value.</param>
    /// <param name="keyRows">Keys.</param>
    /// <param name="width">Heads times head width.</param>
    /// <param name="position">Shape <c>[64, heads]</c>, or null without bias.</param>
    /// <param name="time">Shape <c>[64, heads]</c>, or null without bias.</param>
    /// <param name="output">Shape <c>[queries, width]</c>; overwritten.</param>
    /// <param name="weights">Shape <c>[heads, plan.WeightsPerHead]</c>: kept for <see cref="Backward"/>; null where it will not be called.</param>
    public static void Forward(
        AttentionPlan plan, float* queries, int queryRows, float* keysValues, int keyRows, int width, float* position, float* time, float* output, float* weights)
    {
        var shape = new HeadShape(plan, queryRows, keyRows, width);
        using var scratch = new AttentionScratch();
        var q = scratch.Take(shape.QueryFloats);
        var kT = scratch.Take(shape.TransposedFloats);
        var v = scratch.Take(shape.KeyFloats);
        var table = scratch.Take(BiasCode.Count);
        var bias = scratch.Take(plan.LongestRow);
        var row = scratch.Take(shape.PaddedWidth);
        var tileWeights = weights == null ? scratch.Take(plan.LongestTile) : null;

        for (var head = 0; head < plan.Heads; head++)
        {
            var at = head * shape.HeadWidth;
            shape.Pack(queries + at, width, queryRows, q);
            shape.PackTransposed(keysValues + at, 2 * width, kT);
            shape.Pack(keysValues + width + at, 2 * width, keyRows, v);
            FillTable(position, time, plan.Heads, head, table);
            for (var i = 0; i < plan.Tiles.Length; i++)
            {
                ref readonly var tile = ref plan.Tiles[i];
                var length = AttentionPlan.RowLength(tile);
                var w = weights == null ? tileWeights : weights + (head * plan.WeightsPerHead) + plan.WeightsAt(i);
                TileWeights(plan, shape, tile, q, kT, table, bias, w);
                for (var c = 0; c < tile.Queries; c++)
                {
                    WeightedSum(shape, tile, c, w + (c * length), v, row);
                    shape.Unpack(row, output + ((long)(tile.Query + c) * width) + at);
                }
            }
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>. All outputs are overwritten, but the tables' gradients are added to.</summary>
    /// <remarks>Without the weights that the forward pass kept, those of a tile are computed again, in the same order of operations, when the tile is at hand.</remarks>
    public static void Backward(
        AttentionPlan plan, float* queries, int queryRows, float* keysValues, int keyRows, int width, float* position, float* time, float* weights, float* outputGradient,
        float* queryGradient, float* keyValueGradient, float* positionGradient, float* timeGradient)
    {
        var shape = new HeadShape(plan, queryRows, keyRows, width);
        using var scratch = new AttentionScratch();
        var q = scratch.Take(shape.QueryFloats);
        var dO = scratch.Take(shape.QueryFloats);
        var k = scratch.Take(shape.KeyFloats);
        var vT = scratch.Take(shape.TransposedFloats);
        var dK = scratch.Take(shape.KeyFloats);
        var dV = scratch.Take(shape.KeyFloats);
        var tableGradient = scratch.Take(BiasCode.Count);
        var biasGradient = scratch.Take(plan.LongestRow);
        var row = scratch.Take(shape.PaddedWidth);
        var dS = scratch.Take(plan.LongestTile);
        var again = weights == null;
        var kT = again ? scratch.Take(shape.TransposedFloats) : null;
        var table = again ? scratch.Take(BiasCode.Count) : null;
        var bias = again ? scratch.Take(plan.LongestRow) : null;
        var tileWeights = again ? scratch.Take(plan.LongestTile) : null;

        for (var head = 0; head < plan.Heads; head++)
        {
            var at = head * shape.HeadWidth;
            shape.Pack(queries + at, width, queryRows, q);
            shape.Pack(outputGradient + at, width, queryRows, dO);
            shape.Pack(keysValues + at, 2 * width, keyRows, k);
            shape.PackTransposed(keysValues + width + at, 2 * width, vT);
            new Span<float>(dK, checked((int)shape.KeyFloats)).Clear();
            new Span<float>(dV, checked((int)shape.KeyFloats)).Clear();
            new Span<float>(tableGradient, BiasCode.Count).Clear();
            if (again)
            {
                shape.PackTransposed(keysValues + at, 2 * width, kT);
                FillTable(position, time, plan.Heads, head, table);
            }

            for (var i = 0; i < plan.Tiles.Length; i++)
            {
                ref readonly var tile = ref plan.Tiles[i];
                var length = AttentionPlan.RowLength(tile);
                var w = again ? tileWeights : weights + (head * plan.WeightsPerHead) + plan.WeightsAt(i);
                if (again)
                {
                    TileWeights(plan, shape, tile, q, kT, table, bias, w);
                }

                Products(shape, tile, dO, vT, dS, length); // dP
                Scatter(shape, tile, w, length, dO, dV);
                for (var c = 0; c < tile.Queries; c++)
                {
                    SoftmaxGradient(w + (c * length), dS + (c * length), tile.Keys, length);
                }

                AddBiasGradient(plan, tile, dS, length, biasGradient, tableGradient);
                Scale(dS, tile.Queries * length, shape.Scale);
                Scatter(shape, tile, dS, length, q, dK);
                for (var c = 0; c < tile.Queries; c++)
                {
                    WeightedSum(shape, tile, c, dS + (c * length), k, row);
                    shape.Unpack(row, queryGradient + ((long)(tile.Query + c) * width) + at);
                }
            }

            for (var j = 0; j < keyRows; j++)
            {
                shape.Unpack(dK + ((long)j * shape.PaddedWidth), keyValueGradient + ((long)j * 2 * width) + at);
                shape.Unpack(dV + ((long)j * shape.PaddedWidth), keyValueGradient + (((long)j * 2) + 1) * width + at);
            }

            if (positionGradient != null)
            {
                AddTableGradient(tableGradient, plan.Heads, head, positionGradient, timeGradient);
            }
        }
    }

    /// <summary>Softmax over each query's keys: <c>[tile.Queries, RowLength]</c>.</summary>
    private static void TileWeights(
        AttentionPlan plan, in HeadShape shape, in AttentionTile tile, float* q, float* kT, float* table, float* bias, float* weights)
    {
        var length = AttentionPlan.RowLength(tile);
        FillBias(plan, tile, table, bias, length);
        Products(shape, tile, q, kT, weights, length);
        for (var c = 0; c < tile.Queries; c++)
        {
            Softmax(weights + (c * length), bias, tile.Keys, length, shape.Scale);
        }
    }

    private static void FillTable(float* position, float* time, int heads, int head, float* table)
    {
        const int rows = Model.LogBucket.Rows;
        table[BiasCode.None] = 0;
        for (var r = 0; position != null && r < rows; r++)
        {
            for (var t = 0; t < rows; t++)
            {
                table[(r * rows) + t] = position[(r * heads) + head] + time[(t * heads) + head];
            }
        }
    }

    private static void AddTableGradient(float* table, int heads, int head, float* position, float* time)
    {
        const int rows = Model.LogBucket.Rows;
        for (var r = 0; r < rows; r++)
        {
            for (var t = 0; t < rows; t++)
            {
                position[(r * heads) + head] += table[(r * rows) + t];
                time[(t * heads) + head] += table[(r * rows) + t];
            }
        }
    }

    private static void FillBias(AttentionPlan plan, in AttentionTile tile, float* table, float* bias, int length)
    {
        new Span<float>(bias, length).Clear();
        if (tile.GroupCodes < 0)
        {
            return;
        }

        fixed (ushort* codes = plan.Codes)
        {
            for (var j = 0; j < tile.Groups; j++)
            {
                bias[j] = table[codes[tile.GroupCodes + j]];
            }

            for (var j = 0; j < tile.OwnKeys; j++)
            {
                bias[tile.Groups + j] = table[codes[tile.OwnCodes + j]];
            }
        }
    }

    private static void AddBiasGradient(AttentionPlan plan, in AttentionTile tile, float* dS, int length, float* sums, float* table)
    {
        if (tile.GroupCodes < 0)
        {
            return;
        }

        for (var j = 0; j < length; j += Lanes)
        {
            var sum = Vector<float>.Zero;
            for (var c = 0; c < tile.Queries; c++)
            {
                sum += Vector.Load(dS + (c * length) + j);
            }

            sum.Store(sums + j);
        }

        fixed (ushort* codes = plan.Codes)
        {
            for (var j = 0; j < tile.Groups; j++)
            {
                table[codes[tile.GroupCodes + j]] += sums[j];
            }

            for (var j = 0; j < tile.OwnKeys; j++)
            {
                table[codes[tile.OwnCodes + j]] += sums[tile.Groups + j];
            }
        }
    }
}
