using static TorchSharp.torch;

namespace Longer.Grid.Training.Tests;

/// <summary>The ragged kernel and its gradient equal the masked attention of libtorch.</summary>
public sealed class TiledAttentionTests
{
    public TiledAttentionTests() => TorchRuntime.EnsureLoaded();

    // 1 and 3 are below a vector, 8 and 32 whole ones, 20 is one and a half.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 8)]
    [InlineData(2, 20)]
    [InlineData(4, 32)]
    [InlineData(1, 40)]
    public void Values_and_gradients_equal_masked_attention(int heads, int headWidth)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            Compare(new Random((100 * headWidth) + seed), heads, heads * headWidth, biased: seed % 3 != 0);
        }
    }

    private static void Compare(Random random, int heads, int width, bool biased)
    {
        using var scope = NewDisposeScope();
        int groups = random.Next(0, 70), keys = groups + random.Next(14, 30);
        var (tiles, codes) = Tiles(random, groups, biased);
        var plan = new AttentionPlan(heads, tiles, codes);
        var queries = tiles.Sum(t => t.Queries);
        var generator = new Generator((ulong)random.Next());
        Tensor[] inputs =
        [
            Leaf(queries, width), Leaf(keys, 2 * width), Leaf(64, heads), Leaf(64, heads),
        ];
        var used = biased ? 4 : 2;
        var weights = randn(queries, width, generator: generator);

        var actual = TiledAttention.Attend(plan, inputs[0], inputs[1], biased ? inputs[2] : null, biased ? inputs[3] : null);
        var (actualGradients, expected) = (Gradients(actual), Masked(plan, inputs, biased));
        var expectedGradients = Gradients(expected);

        AssertClose(expected, actual);
        for (var i = 0; i < used; i++)
        {
            AssertClose(expectedGradients[i], actualGradients[i]);
        }

        using (no_grad())
        {
            var untracked = TiledAttention.Attend(plan, inputs[0], inputs[1], biased ? inputs[2] : null, biased ? inputs[3] : null);
            Assert.Equal(actual.detach().Floats(), untracked.Floats());
        }

        Tensor Leaf(long rows, long columns) => randn(rows, columns, generator: generator).requires_grad_();

        Tensor[] Gradients(Tensor output)
        {
            (output * weights).sum().backward();
            return [.. inputs.Take(used).Select(input =>
            {
                var gradient = input.grad!.clone();
                input.grad!.zero_();
                return gradient;
            })];
        }
    }

    private static Tensor Masked(AttentionPlan plan, Tensor[] inputs, bool biased)
    {
        var (q, kv) = (inputs[0], inputs[1]);
        long width = q.shape[1], heads = plan.Heads, queries = q.shape[0], keys = kv.shape[0];
        var hidden = Enumerable.Repeat(float.NegativeInfinity, (int)(queries * keys)).ToArray();
        var position = zeros(queries, keys, ScalarType.Int64);
        var time = zeros(queries, keys, ScalarType.Int64);
        var hasBias = zeros(queries, keys);
        foreach (var tile in plan.Tiles)
        {
            for (var c = 0; c < tile.Queries; c++)
            {
                var row = tile.Query + c;
                for (var j = 0; j < tile.Groups; j++)
                {
                    See(row, tile.Group + j, tile.GroupCodes + j);
                }

                for (var j = 0; j < tile.OwnKeys; j++)
                {
                    See(row, tile.Own + j, tile.OwnCodes + j);
                }

                if (tile.Self >= 0)
                {
                    hidden[(row * keys) + tile.Self + c] = 0;
                }
            }
        }

        var k = kv.slice(1, 0, width, 1).view(keys, heads, width / heads);
        var v = kv.slice(1, width, 2 * width, 1).view(keys, heads, width / heads);
        var logits = einsum("qhd,khd->hqk", q.view(queries, heads, width / heads), k) * tensor([1 / MathF.Sqrt((float)width / heads)]);
        if (biased)
        {
            logits = logits.Plus((inputs[2][position].Plus(inputs[3][time]) * hasBias.unsqueeze(2)).permute(2, 0, 1));
        }

        var weights = logits.Plus(tensor(hidden, [1, queries, keys])).softmax(2);
        return einsum("hqk,khd->qhd", weights, v).reshape(queries, width);

        void See(int row, int key, int code)
        {
            hidden[(row * keys) + key] = 0;
            if (biased && plan.Codes[code] != BiasCode.None)
            {
                position[row, key] = plan.Codes[code] / 64;
                time[row, key] = plan.Codes[code] % 64;
                hasBias[row, key] = 1;
            }
        }
    }

    private static (AttentionTile[] Tiles, ushort[] Codes) Tiles(Random random, int groups, bool biased)
    {
        var tiles = new List<AttentionTile>();
        var codes = new List<ushort>();
        for (var query = 0; tiles.Count < 6;)
        {
            var queries = random.Next(1, 7);
            var count = random.Next(0, groups + 1);
            var own = random.Next(1, 4);
            var self = random.Next(2) == 0 ? groups + 7 : -1;
            tiles.Add(new(query, queries, random.Next(0, groups - count + 1), count, groups + random.Next(0, 4), own, self, Codes(count), Codes(own)));
            query += queries;
        }

        return ([.. tiles], [.. codes]);

        int Codes(int count)
        {
            if (!biased)
            {
                return -1;
            }

            var at = codes.Count;
            for (var i = 0; i < count; i++)
            {
                codes.Add((ushort)random.Next(BiasCode.Count));
            }

            return at;
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        float[] wanted = expected.detach().contiguous().Floats().ToArray(), found = actual.detach().contiguous().Floats().ToArray();
        var difference = wanted.Zip(found, (w, f) => Math.Abs(w - f)).Max();
        Assert.True(difference < 2e-5 * (1 + wanted.Max(Math.Abs)), $"differs by {difference}");
    }
}
