using static TorchSharp.torch;

namespace Longer.Grid.Training.Tests;

public sealed class TorchRuntimeTests
{
    /// <summary>Beside a trainer's threads, that come and go as other tests run, and on threads that existed before them.</summary>
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

        float[] Product()
        {
            Assert.Equal(1, get_num_threads());
            using var product = a.matmul(b);
            return product.Floats().ToArray();
        }
    }
}
