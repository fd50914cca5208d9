using static TorchSharp.torch;

namespace Longer.Grid.Training.Tests;

public sealed class TensorSumTests
{
    [Fact]
    public async Task Sums_hold_while_the_garbage_collector_runs_all_the_time()
    {
        TorchRuntime.EnsureLoaded();
        using var stop = new CancellationTokenSource();
        var collecting = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    GC.Collect(0, GCCollectionMode.Forced);
                    GC.WaitForPendingFinalizers();
                }
            },
            stop.Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        using var a = tensor([1f, 2f]);
        using var b = tensor([10f, 20f]);

        for (var i = 0; i < 100_000; i++)
        {
            using var sum = a.Plus(b);
            using var difference = b.Minus(a);
            Assert.Equal([11f, 22f], sum.Floats());
            Assert.Equal([9f, 18f], difference.Floats());
        }

        await stop.CancelAsync();
        await collecting;
    }
}
