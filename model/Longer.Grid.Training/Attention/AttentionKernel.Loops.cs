using System.Numerics;

namespace Longer.Grid.Training;

/// <summary>The kernel's inner loops.</summary>
internal static unsafe partial class AttentionKernel
{
    /// <summary>Inner products of each query of a tile with each of its keys: <c>[queries, length]</c>. What lies past the last key is undefined.</summary>
    private static void Products(in HeadShape shape, in AttentionTile tile, float* x, float* transposed, float* products, int length)
    {
        var rows = x + ((long)tile.Query * shape.PaddedWidth);
        for (var c = 0; c < tile.Queries; c += 4)
        {
            var some = Math.Min(4, tile.Queries - c);
            ProductsOfRows(shape, rows + (c * shape.PaddedWidth), some, transposed + tile.Group, tile.Groups, products + (c * length), length);
            ProductsOfRows(shape, rows + (c * shape.PaddedWidth), some, transposed + tile.Own, tile.OwnKeys, products + (c * length) + tile.Groups, length);
        }

        for (var c = 0; tile.Self >= 0 && c < tile.Queries; c++)
        {
            var key = transposed + tile.Self + c;
            var sum = 0f;
            for (var d = 0; d < shape.HeadWidth; d++)
            {
                sum += rows[(c * shape.PaddedWidth) + d] * key[(long)d * shape.TransposedStride];
            }

            products[(c * length) + tile.Groups + tile.OwnKeys] = sum;
        }
    }

    private static void ProductsOfRows(in HeadShape shape, float* x, int rows, float* transposed, int keys, float* products, int length)
    {
        int lanes = Lanes, width = shape.PaddedWidth, stride = shape.TransposedStride;
        if (rows == 4)
        {
            for (var j = 0; j < keys; j += 2 * lanes)
            {
                Vector<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
                var t = transposed + j;
                for (var d = 0; d < shape.HeadWidth; d++, t += stride)
                {
                    var (t0, t1) = (Vector.Load(t), Vector.Load(t + lanes));
                    var a = new Vector<float>(x[d]);
                    var b = new Vector<float>(x[width + d]);
                    var c = new Vector<float>(x[(2 * width) + d]);
                    var e = new Vector<float>(x[(3 * width) + d]);
                    a0 = Vector.FusedMultiplyAdd(a, t0, a0);
                    a1 = Vector.FusedMultiplyAdd(a, t1, a1);
                    b0 = Vector.FusedMultiplyAdd(b, t0, b0);
                    b1 = Vector.FusedMultiplyAdd(b, t1, b1);
                    c0 = Vector.FusedMultiplyAdd(c, t0, c0);
                    c1 = Vector.FusedMultiplyAdd(c, t1, c1);
                    d0 = Vector.FusedMultiplyAdd(e, t0, d0);
                    d1 = Vector.FusedMultiplyAdd(e, t1, d1);
                }

                var p = products + j;
                a0.Store(p);
                a1.Store(p + lanes);
                b0.Store(p + length);
                b1.Store(p + length + lanes);
                c0.Store(p + (2 * length));
                c1.Store(p + (2 * length) + lanes);
                d0.Store(p + (3 * length));
                d1.Store(p + (3 * length) + lanes);
            }

            return;
        }

        for (var r = 0; r < rows; r++)
        {
            for (var j = 0; j < keys; j += 2 * lanes)
            {
                Vector<float> a0 = default, a1 = default;
                var t = transposed + j;
                for (var d = 0; d < shape.HeadWidth; d++, t += stride)
                {
                    var a = new Vector<float>(x[(r * width) + d]);
                    a0 = Vector.FusedMultiplyAdd(a, Vector.Load(t), a0);
                    a1 = Vector.FusedMultiplyAdd(a, Vector.Load(t + lanes), a1);
                }

                a0.Store(products + (r * length) + j);
                a1.Store(products + (r * length) + j + lanes);
            }
        }
    }

    private static void Softmax(float* s, float* bias, int keys, int length, float scale)
    {
        for (var j = keys; j < length; j++)
        {
            s[j] = float.NegativeInfinity;
        }

        var largest = new Vector<float>(float.NegativeInfinity);
        for (var j = 0; j < length; j += Lanes)
        {
            var x = Vector.FusedMultiplyAdd(Vector.Load(s + j), new Vector<float>(scale), Vector.Load(bias + j));
            x.Store(s + j);
            largest = Vector.Max(largest, x);
        }

        var max = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++)
        {
            max = Math.Max(max, largest[lane]);
        }

        var sum = Vector<float>.Zero;
        for (var j = 0; j < length; j += Lanes)
        {
            var x = Vector.Exp(Vector.Load(s + j) - new Vector<float>(max));
            x.Store(s + j);
            sum += x;
        }

        Scale(s, length, 1 / Vector.Sum(sum));
    }

    /// <summary>From the gradient of the weights to that of the logits, in place.</summary>
    private static void SoftmaxGradient(float* weights, float* gradient, int keys, int length)
    {
        for (var j = keys; j < length; j++)
        {
            gradient[j] = 0;
        }

        var products = Vector<float>.Zero;
        for (var j = 0; j < length; j += Lanes)
        {
            products = Vector.FusedMultiplyAdd(Vector.Load(weights + j), Vector.Load(gradient + j), products);
        }

        var dot = new Vector<float>(Vector.Sum(products));
        for (var j = 0; j < length; j += Lanes)
        {
            (Vector.Load(weights + j) * (Vector.Load(gradient + j) - dot)).Store(gradient + j);
        }
    }

    private static void Scale(float* x, int count, float factor)
    {
        for (var j = 0; j < count; j += Lanes)
        {
            (Vector.Load(x + j) * factor).Store(x + j);
        }
    }

    /// <summary>Sum over a query's keys of weight times row: <c>[PaddedWidth]</c>.</summary>
    private static void WeightedSum(in HeadShape shape, in AttentionTile tile, int query, float* weights, float* rows, float* sum)
    {
        new Span<float>(sum, shape.PaddedWidth).Clear();
        int lanes = Lanes, width = shape.PaddedWidth;
        AddRows(weights, rows + ((long)tile.Group * width), tile.Groups, width, lanes, sum);
        AddRows(weights + tile.Groups, rows + ((long)tile.Own * width), tile.OwnKeys, width, lanes, sum);
        if (tile.Self >= 0)
        {
            AddRows(weights + tile.Groups + tile.OwnKeys, rows + ((long)(tile.Self + query) * width), 1, width, lanes, sum);
        }
    }

    private static void AddRows(float* weights, float* rows, int keys, int width, int lanes, float* sum)
    {
        var d = 0;
        for (; d + (4 * lanes) <= width; d += 4 * lanes)
        {
            var (s0, s1, s2, s3) = (Vector.Load(sum + d), Vector.Load(sum + d + lanes), Vector.Load(sum + d + (2 * lanes)), Vector.Load(sum + d + (3 * lanes)));
            Vector<float> u0 = default, u1 = default, u2 = default, u3 = default;
            var row = rows + d;
            var j = 0;
            for (; j + 1 < keys; j += 2, row += 2 * width)
            {
                var (w, u) = (new Vector<float>(weights[j]), new Vector<float>(weights[j + 1]));
                s0 = Vector.FusedMultiplyAdd(w, Vector.Load(row), s0);
                s1 = Vector.FusedMultiplyAdd(w, Vector.Load(row + lanes), s1);
                s2 = Vector.FusedMultiplyAdd(w, Vector.Load(row + (2 * lanes)), s2);
                s3 = Vector.FusedMultiplyAdd(w, Vector.Load(row + (3 * lanes)), s3);
                u0 = Vector.FusedMultiplyAdd(u, Vector.Load(row + width), u0);
                u1 = Vector.FusedMultiplyAdd(u, Vector.Load(row + width + lanes), u1);
                u2 = Vector.FusedMultiplyAdd(u, Vector.Load(row + width + (2 * lanes)), u2);
                u3 = Vector.FusedMultiplyAdd(u, Vector.Load(row + width + (3 * lanes)), u3);
            }

            if (j < keys)
            {
                var w = new Vector<float>(weights[j]);
                s0 = Vector.FusedMultiplyAdd(w, Vector.Load(row), s0);
                s1 = Vector.FusedMultiplyAdd(w, Vector.Load(row + lanes), s1);
                s2 = Vector.FusedMultiplyAdd(w, Vector.Load(row + (2 * lanes)), s2);
                s3 = Vector.FusedMultiplyAdd(w, Vector.Load(row + (3 * lanes)), s3);
            }

            (s0 + u0).Store(sum + d);
            (s1 + u1).Store(sum + d + lanes);
            (s2 + u2).Store(sum + d + (2 * lanes));
            (s3 + u3).Store(sum + d + (3 * lanes));
        }

        for (; d < width; d += lanes)
        {
            var s0 = Vector.Load(sum + d);
            for (var j = 0; j < keys; j++)
            {
                s0 = Vector.FusedMultiplyAdd(new Vector<float>(weights[j]), Vector.Load(rows + ((long)j * width) + d), s0);
            }

            s0.Store(sum + d);
        }
    }

    /// <summary>Adds to each key's row, over the tile's queries, weight times the query's row.</summary>
    private static void Scatter(in HeadShape shape, in AttentionTile tile, float* weights, int length, float* queryRows, float* keyRows)
    {
        int lanes = Lanes, width = shape.PaddedWidth;
        var x = queryRows + ((long)tile.Query * width);
        ScatterTo(weights, length, x, tile.Queries, keyRows + ((long)tile.Group * width), tile.Groups, width, lanes);
        ScatterTo(weights + tile.Groups, length, x, tile.Queries, keyRows + ((long)tile.Own * width), tile.OwnKeys, width, lanes);
        for (var c = 0; tile.Self >= 0 && c < tile.Queries; c++)
        {
            ScatterTo(weights + (c * length) + tile.Groups + tile.OwnKeys, length, x + (c * width), 1, keyRows + ((long)(tile.Self + c) * width), 1, width, lanes);
        }
    }

    private static void ScatterTo(float* weights, int length, float* x, int queries, float* rows, int keys, int width, int lanes)
    {
        for (var j = 0; j < keys; j++, rows += width)
        {
            var d = 0;
            for (; d + (4 * lanes) <= width; d += 4 * lanes)
            {
                var to = rows + d;
                var (s0, s1, s2, s3) = (Vector.Load(to), Vector.Load(to + lanes), Vector.Load(to + (2 * lanes)), Vector.Load(to + (3 * lanes)));
                var from = x + d;
                for (var c = 0; c < queries; c++, from += width)
                {
                    var w = new Vector<float>(weights[(c * length) + j]);
                    s0 = Vector.FusedMultiplyAdd(w, Vector.Load(from), s0);
                    s1 = Vector.FusedMultiplyAdd(w, Vector.Load(from + lanes), s1);
                    s2 = Vector.FusedMultiplyAdd(w, Vector.Load(from + (2 * lanes)), s2);
                    s3 = Vector.FusedMultiplyAdd(w, Vector.Load(from + (3 * lanes)), s3);
                }

                s0.Store(to);
                s1.Store(to + lanes);
                s2.Store(to + (2 * lanes));
                s3.Store(to + (3 * lanes));
            }

            for (; d < width; d += lanes)
            {
                var s0 = Vector.Load(rows + d);
                for (var c = 0; c < queries; c++)
                {
                    s0 = Vector.FusedMultiplyAdd(new Vector<float>(weights[(c * length) + j]), Vector.Load(x + (c * width) + d), s0);
                }

                s0.Store(rows + d);
            }
        }
    }
}
