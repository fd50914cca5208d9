using Longer.Grid.Model;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

public sealed class GridPlanTests
{
    [Fact]
    public void The_load_and_the_store_are_what_a_hand_computes()
    {
        var plan = new GridPlan(PlanInputs.Small with { ActiveShare = 0.5, BatchEvents = 2, Peak = 3 });

        Assert.Equal(500, plan.ActiveUsers);
        Assert.Equal(43_200, plan.EventsPerDay);
        Assert.Equal(1.5, plan.EventsPerSecond, 1e-9);
        Assert.Equal(0.75, plan.AppendsPerSecond, 1e-9);
        Assert.Equal(1_000 * 10_000 * 15.0, plan.StoreBytes, 1);
        Assert.Equal(43_200 * 15.0, plan.StoreBytesPerDay, 1e-3);
        Assert.Equal(2, plan.ShardsForBytes);
    }

    [Fact]
    public void Writes_and_reads_of_the_store_add_up()
    {
        // Nobody stays in memory: each of 10 scores and 20 appends a second finds its user in the store.
        var plan = new GridPlan(PlanInputs.Small with { Users = 20_000, IdleTime = TimeSpan.FromMilliseconds(1) });

        Assert.Equal(30, plan.ActivationsPerSecond, 0.01);
        Assert.Equal(30 * 10_000 * 10, plan.StoreReadBytesPerSecond, 3_000.0);
        Assert.Equal(4, plan.ShardsForLoad);
    }

    // docs/performance.md: what the memory benchmark reads from a grid.
    [Theory]
    [InlineData(KvStorage.Full, 2_774_528)]
    [InlineData(KvStorage.Half, 1_387_520)]
    public void A_residents_bytes_are_those_that_a_grid_reports(KvStorage storage, long bytes)
    {
        var plan = new GridPlan(PlanInputs.Small with { KvStorage = storage });

        Assert.Equal(bytes, plan.StateBytes);
        Assert.Equal((2L << 30) / bytes, plan.ResidentsPerDevice);
    }

    // docs/performance.md: MFLOP of the engine benchmark at 10,000 events.
    [Fact]
    public void Operations_cost_what_the_models_formulas_say()
    {
        var plan = new GridPlan(PlanInputs.Small);

        Assert.Equal(0.269, plan.ScoreGflop, 5e-4);
        Assert.Equal(0.00747, plan.AppendGflop, 5e-6);
        Assert.Equal(0.920, plan.PrefillGflop, 5e-4);
    }

    [Fact]
    public void Where_all_users_fit_only_scores_and_appends_are_left()
    {
        var plan = new GridPlan(PlanInputs.Small with { Users = 700, ScoresPerSecond = 1_000, EventsPerUser = 86_400 });

        Assert.Equal(1, plan.HitShare);
        Assert.Equal((1_000 * plan.ScoreGflop / 100) + (700 * plan.AppendGflop / 25), plan.BusyDevices, 1e-9);
        Assert.Equal("compute", plan.Binds);
        Assert.Equal((plan.Devices, plan.Devices), (plan.DevicesForCompute, plan.Silos));
        Assert.Equal(6, plan.Devices);
    }

    [Fact]
    public void The_devices_found_are_the_least_that_have_the_time()
    {
        var input = PlanInputs.Small with { Users = 100_000, ScoresPerSecond = 1_000 };
        var found = new GridPlan(input);
        var fewer = new GridPlan(input with { Devices = found.Devices - 1 });

        Assert.InRange(found.Utilization, 0, input.Utilization);
        Assert.True(fewer.Utilization > input.Utilization, $"{fewer.Devices} devices are used to {fewer.Utilization}");
        Assert.True(fewer.HitShare < found.HitShare);
        Assert.InRange(found.Devices, found.DevicesForCompute + 1, found.DevicesForMemory);
        Assert.Equal("device memory", found.Binds);
    }

    [Fact]
    public void Host_memory_asks_for_silos_beyond_those_of_the_devices()
    {
        // All thousand are asked for within the idle time: 320,000 bytes each.
        var plan = new GridPlan(PlanInputs.Small with { Users = 1_000, ScoresPerSecond = 1_000, ZipfExponent = 0, HostMemoryBytes = 32_000_000, Candidates = 1 });

        Assert.Equal(1_000, plan.HostUsers, 1e-3);
        Assert.Equal((10, 10), (plan.SilosForHostMemory, plan.Silos));
        Assert.Equal("host memory", plan.Binds);
        Assert.Equal(0, plan.ActivationsPerSecond, 1e-3);
    }

    // K = 4: two events lie in one group or, begun in its last slot, in two.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 2)]
    [InlineData(6, 3)]
    public void A_batch_is_planned_for_the_most_groups_that_it_touches(int events, int groups) =>
        Assert.Equal(groups, new GridPlan(PlanInputs.Small with { BatchEvents = events }).AppendedGroups);
}
