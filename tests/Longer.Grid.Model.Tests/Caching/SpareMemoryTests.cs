using Microsoft.ML.OnnxRuntime;

namespace Longer.Grid.Model.Tests;

public sealed class SpareMemoryTests
{
    [Fact]
    public void What_a_ring_has_left_is_the_next_one_s_of_that_size()
    {
        using var spares = new SpareMemory(OrtAllocator.DefaultInstance, budgetBytes: 1 << 20);
        var (small, large) = (spares.Take(64), spares.Take(128));
        var place = large.DangerousGetHandle();

        spares.Give(small);
        spares.Give(large);

        Assert.Equal(192, spares.Bytes);
        Assert.Equal(place, spares.Take(128).DangerousGetHandle());
        Assert.Equal(64, spares.Bytes);
    }

    [Fact]
    public void Spare_memory_goes_where_the_budget_is_wanted_for_rings_of_another_size()
    {
        using var spares = new SpareMemory(OrtAllocator.DefaultInstance, budgetBytes: 300);
        var first = spares.Take(100);
        var second = spares.Take(100);
        spares.Give(first);
        spares.Give(second);

        spares.Take(150);

        Assert.Equal(100, spares.Bytes);
        spares.Take(150);
        Assert.Equal(0, spares.Bytes);
    }

    [Fact]
    public void No_more_than_a_few_states_lie_idle()
    {
        using var spares = new SpareMemory(OrtAllocator.DefaultInstance, budgetBytes: long.MaxValue);
        var half = (SpareMemory.MostBytes / 2) + 1;
        var taken = new[] { spares.Take(half), spares.Take(half) };

        Array.ForEach(taken, spares.Give);

        Assert.Equal(half, spares.Bytes);
    }

    [Fact]
    public void A_ring_gives_its_memory_back_once_and_cannot_be_read_after_that()
    {
        using var spares = new SpareMemory(OrtAllocator.DefaultInstance, budgetBytes: 1 << 20);
        var memory = new DeviceMemory(spares, rows: 4, width: 8);

        memory.Dispose();
        memory.Dispose();

        Assert.Equal(DeviceMemory.BytesOf(4, 8), spares.Bytes);
        Assert.Throws<ObjectDisposedException>(() => memory.Slice(0, 1));
    }
}
