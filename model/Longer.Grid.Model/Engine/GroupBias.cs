using System.Numerics.Tensors;

namespace Longer.Grid.Model;

/// <summary>The biases of one layer between groups (MODEL.md section 6), for all heads and for every pair of a prefill.</summary>
/// <remarks>
/// There are half a million pairs at the default sizes. What depends on the distance is the same vector for every query, moved by one; what
/// depends on the time is the same over long runs of keys, since buckets grow with the age.
/// </remarks>
/// <param name="position">Shape <c>[64, H]</c>.</param>
/// <param name="time">Shape <c>[64, H]</c>.</param>
/// <param name="heads">H.</param>
internal sealed class GroupBias(float[] position, float[] time, int heads)
{
    /// <summary>Writes biases, shape <c>[H, Rows[layer + 1], Rows[layer]]</c>.</summary>
    /// <param name="biases">Where they go.</param>
    /// <param name="plan">Which groups are queries, and which are keys.</param>
    /// <param name="timeline">When their last events were.</param>
    /// <param name="layer">A layer with group queries.</param>
    public void Write(Span<float> biases, PrefillPlan plan, in Timeline timeline, int layer)
    {
        int queries = plan.Rows[layer + 1], keys = plan.Rows[layer], window = plan.Window(layer);
        if (timeline.Count == 0)
        {
            biases.Fill(BiasTable.MaskedBias);
            return;
        }

        var lastMs = new long[keys];
        for (var j = 0; j < keys; j++)
        {
            lastMs[j] = timeline.LastMs(timeline.Newest - keys + 1 + j);
        }

        var rises = true;
        for (var j = 1; j < keys; j++)
        {
            rises &= lastMs[j] >= lastMs[j - 1];
        }

        var byDistance = ByDistance(keys);
        for (var i = 0; i < queries; i++)
        {
            var own = keys - queries + i; // The query's own row among the keys.
            var oldest = Math.Max(0, own - window + 1);
            for (var h = 0; h < heads; h++)
            {
                var row = Row(biases, h, i);
                row[..oldest].Fill(BiasTable.MaskedBias);
                row[(own + 1)..].Fill(BiasTable.MaskedBias);
            }

            for (var j = oldest; j <= own;)
            {
                var bucket = LogBucket.OfSeconds(lastMs[j], lastMs[own]);
                var end = rises ? EndOfRun(lastMs, j, own, bucket) : j + 1;
                for (var h = 0; h < heads; h++)
                {
                    TensorPrimitives.Add(byDistance[h].AsSpan(keys - 1 - own + j, end - j), time[(bucket * heads) + h], Row(biases, h, i)[j..end]);
                }

                j = end;
            }
        }

        Span<float> Row(Span<float> all, int head, int query) => all.Slice(((head * queries) + query) * keys, keys);
    }

    /// <summary>For each head the position's biases, of the largest distance first and of 0 last.</summary>
    private float[][] ByDistance(int keys)
    {
        var byDistance = new float[heads][];
        for (var h = 0; h < heads; h++)
        {
            byDistance[h] = new float[keys];
            for (var distance = 0; distance < keys; distance++)
            {
                byDistance[h][keys - 1 - distance] = position[(LogBucket.Of(distance) * heads) + h];
            }
        }

        return byDistance;
    }

    /// <summary>One past the last key, up to the query's own, whose age is in the same bucket. Times do not fall from key to key.</summary>
    private static int EndOfRun(long[] lastMs, int from, int own, int bucket)
    {
        int inside = from, outside = own + 1;
        for (var step = 1; inside + step < outside; step *= 2)
        {
            if (LogBucket.OfSeconds(lastMs[inside + step], lastMs[own]) != bucket)
            {
                outside = inside + step;
                break;
            }

            inside += step;
        }

        while (outside - inside > 1)
        {
            var middle = (inside + outside) / 2;
            if (LogBucket.OfSeconds(lastMs[middle], lastMs[own]) == bucket)
            {
                inside = middle;
            }
            else
            {
                outside = middle;
            }
        }

        return outside;
    }
}
