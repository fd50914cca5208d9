using static TorchSharp.torch;

namespace Longer.Grid.Training.Tests;

public sealed class TorchRuntimeTests
{
    /// <summary>
    /// On threads that have done nothing with libtorch before: it learns how many threads it may use only by and by, and a thread's first product
    /// would be split otherwise than its next ones.
    /// </summary>
    [Fact]
    public void Sums_are_added_in_one_order_from_a_threads_first_product_on()
    {
        TorchRuntime.EnsureLoaded();
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            // Which shapes are split so that it shows hangs on the processor: some of these do.
            using var a = rand([random.Next(1, 13), random.Next(1, 400)]);
            using var b = rand([a.shape[1], random.Next(1, 400)]);
            var expected = Product(a, b);
            float[] first = [];
            var fresh = new Thread(() => first = Product(a, b));
            fresh.Start();
            fresh.Join();
            Assert.Equal(expected, first);
        }

        static float[] Product(Tensor a, Tensor b)
        {
            using var product = a.matmul(b);
            return product.Floats().ToArray();
        }
    }

    /// <summary>Beside a trainer's threads, that come and go as other tests run.</summary>
    [Fact]
    public void Sums_are_added_in_one_order_whatever_else_uses_libtorch()
    {
        TorchRuntime.EnsureLoaded();
        using var a = rand([210, 390]);
        using var b = rand([390, 170]);
        var first = Product();
        using var threads = new TrainingThreads(2);
        for (var i = 0; i < 20; i++)
        {
            threads.Run(_ => Assert.Equal(first, Product()));
            Assert.Equal(first, Product());
        }

        Assert.Equal(1, get_num_threads());

        float[] Product()
        {
            using var product = a.matmul(b);
            return product.Floats().ToArray();
        }
    }
}
