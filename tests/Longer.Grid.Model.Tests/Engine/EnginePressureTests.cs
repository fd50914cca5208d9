using Longer.Grid.Oracle;
using Microsoft.Extensions.Time.Testing;

namespace Longer.Grid.Model.Tests;

/// <summary>Many users in little memory: scores stay right, the budget holds and nothing locks up.</summary>
public abstract class EnginePressureTests(KvStorage storage)
{
    private static readonly ModelPackage Model = RandomModels.Of(21, ServedUser.Config(maxEvents: 96, groupSize: 2, recentGroups: 20));

    private readonly long _largest = KvLayerShape.StateBytes(KvLayerShape.Of(Model.Config, storage), Model.Config.VisibleGroups);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task In_the_smallest_budget_many_growing_users_score_right_beside_each_other(int workers)
    {
        using var device = new InferenceDevice(new EngineOptions { Workers = workers, KvBudgetBytes = (workers + 1) * _largest, KvStorage = storage }, TimeProvider.System);
        await using var engine = new LongerEngine(device, Model);

        // Three calls at once for each user, so that leases, waiting writers and evictions meet.
        await Task.WhenAll(Enumerable.Range(0, 14).Select(async seed =>
        {
            using var user = new ServedUser(engine, Model, seed);
            var random = new Random(seed);
            for (var step = 0; step < 10; step++)
            {
                user.Append(random.Next(0, 24));
                var scored = user.Case();
                var all = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => user.ScoreAsync(scored)));
                user.Check(all[0], scored, $"of user {seed}");
                Assert.All(all, scores => Assert.Equal((user.Events, scored.Candidates.Count * Model.Config.Tasks.Count), (scores.UserEvents, scores.Logits.Length)));
                ScorerParity.Check([.. all[2].Logits.Select(l => (double)l)], Model, scored, $"user {seed}, third call", storage.Tolerance());
                Assert.InRange(device.Pool.UsedBytes, 0, device.Pool.BudgetBytes);
                Assert.InRange(device.Provider.RingMemory.AllocatedBytes, 0, device.Pool.BudgetBytes);
            }
        }));

        Assert.True(device.Pool.Evictions > 0, "The test is about eviction.");
        Assert.Equal((0, 0L), (device.Pool.Residents, device.Pool.UsedBytes));
    }

    // Reserved memory, leases and waiting callers meet in every way here: nothing may wait for itself. A part of the users comes all at once, so that
    // most wait for memory; the others come in bursts that leave states time to grow, and to be found by the next version.
    [Fact]
    public async Task A_thousand_users_at_once_finish_in_the_smallest_budget_while_states_grow_and_versions_change()
    {
        const int Users = 1000, Workers = 2, AtOnce = 8, UsersOfAVersion = 50;
        var config = ServedUser.Config(maxEvents: 400, groupSize: 2, recentGroups: 20);
        ModelPackage[] models = [RandomModels.Of(21, config), RandomModels.Of(22, config)];
        var budget = (Workers + 1) * KvLayerShape.StateBytes(KvLayerShape.Of(config, storage), config.VisibleGroups);
        using var device = new InferenceDevice(new EngineOptions { Workers = Workers, KvBudgetBytes = budget, KvStorage = storage, QueueLimit = 4096 }, TimeProvider.System);
        await using var first = new LongerEngine(device, models[0]);
        await using var second = new LongerEngine(device, models[1]);
        using var turn = new SemaphoreSlim(AtOnce);
        var finished = 0;

        await Task.WhenAll(Enumerable.Range(0, Users).Select(seed => Task.Run(() => seed % 3 == 0 ? LiveAsync(seed) : InTurnAsync(seed), TestContext.Current.CancellationToken)));

        Assert.True(device.Pool.Evictions > 0, "nobody was evicted");
        Assert.True(device.Pool.Growths > 0, "no state grew");
        Assert.True(device.Pool.VersionChanges > 0, "no state gave way to another version's");
        Assert.Equal((0, 0L), (device.Pool.Residents, device.Pool.UsedBytes));

        async Task InTurnAsync(int seed)
        {
            await turn.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                await LiveAsync(seed);
            }
            finally
            {
                turn.Release();
            }
        }

        async Task LiveAsync(int seed)
        {
            var life = new Life(new Random(seed), config);
            using var place = first.CreateUser();
            life.Append(1 + (seed % 30));
            for (var visit = 0; visit < 4; visit++)
            {
                await ScoreAsync(seed, life, place);
                life.Append(seed % 25 == 0 ? 300 : 1 + (seed % 12));
                if (visit == 1)
                {
                    await Version().Engine.RefreshAsync(place, life.Input);
                }
            }

            life.ChangeProfile();
            await ScoreAsync(seed, life, place);
            Interlocked.Increment(ref finished);
        }

        async Task ScoreAsync(int seed, Life life, UserKv place)
        {
            var (engine, model) = Version();
            var asked = life.Request(2);
            var scores = await engine.ScoreAsync(place, life.Input, asked);
            Assert.InRange(device.Pool.UsedBytes, 0, budget);
            Assert.InRange(device.Provider.RingMemory.AllocatedBytes, 0, budget);
            if (seed % 20 == 0)
            {
                scores.Check(storage, model, asked, $"user {seed}");
            }
        }

        (LongerEngine Engine, ModelPackage Model) Version() =>
            Volatile.Read(ref finished) / UsersOfAVersion % 2 == 0 ? (first, models[0]) : (second, models[1]);
    }

    [Fact]
    public async Task An_evicted_user_scores_as_before()
    {
        using var device = new InferenceDevice(new EngineOptions { Workers = 1, KvBudgetBytes = 2 * _largest, KvStorage = storage }, TimeProvider.System);
        await using var engine = new LongerEngine(device, Model);
        using var first = new ServedUser(engine, Model, 1);
        using var second = new ServedUser(engine, Model, 2);
        using var third = new ServedUser(engine, Model, 3);
        foreach (var user in new[] { first, second, third })
        {
            user.Append(150);
            await user.CheckAsync();
        }

        Assert.Equal((false, true, true), (first.Kv.IsResident, second.Kv.IsResident, third.Kv.IsResident));
        Assert.Equal(1, device.Pool.Evictions);
        Assert.False((await first.CheckAsync()).Warm);
        Assert.Equal((true, false, true), (first.Kv.IsResident, second.Kv.IsResident, third.Kv.IsResident));
    }

    [Fact]
    public async Task A_state_that_cannot_grow_beside_itself_is_made_anew()
    {
        using var device = new InferenceDevice(new EngineOptions { Workers = 1, KvBudgetBytes = 2 * _largest, KvStorage = storage }, TimeProvider.System);
        await using var engine = new LongerEngine(device, Model);
        using var user = new ServedUser(engine, Model, 1);
        user.Append(30);
        await user.CheckAsync();
        var held = (2 * _largest) - user.Kv.DeviceBytes;
        await device.Pool.ReserveAsync(held, TestContext.Current.CancellationToken); // By nobody who could be evicted.

        user.Append(4);
        var growing = user.CheckAsync();
        Assert.False(user.Kv.IsResident, "Who waits for memory holds none.");
        device.Pool.Return(held);

        Assert.False((await growing).Warm);
    }

    [Fact]
    public void A_budget_below_a_state_for_each_worker_and_one_more_is_refused_with_both_numbers()
    {
        using var device = new InferenceDevice(new EngineOptions { Workers = 3, KvBudgetBytes = (4 * _largest) - 1, KvStorage = storage }, TimeProvider.System);

        var refused = Assert.Throws<KvBudgetException>(() => new LongerEngine(device, Model));

        Assert.Equal(((4 * _largest) - 1, 4 * _largest), (refused.BudgetBytes, refused.NeededBytes));
    }

    [Fact]
    public async Task Concurrent_cold_scores_share_one_prefill()
    {
        using var device = new InferenceDevice(new EngineOptions { Workers = 2, KvStorage = storage }, TimeProvider.System);
        await using var engine = new LongerEngine(device, Model);
        using var user = new ServedUser(engine, Model, 1);
        user.Append(120);
        var scored = user.Case();

        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => user.ScoreAsync(scored))));

        Assert.Single(all, scores => !scores.Warm);
        user.Check(all[^1], scored);
    }

    [Fact]
    public async Task A_user_disposed_during_its_calls_leaves_no_memory_behind()
    {
        using var device = new InferenceDevice(new EngineOptions { Workers = 2, KvStorage = storage }, TimeProvider.System);
        await using var engine = new LongerEngine(device, Model);
        for (var seed = 0; seed < 30; seed++)
        {
            using var user = new ServedUser(engine, Model, seed);
            user.Append(60);
            var scored = user.Case();
            var calls = Enumerable.Range(0, 4).Select(_ => Task.Run(() => user.ScoreAsync(scored))).ToArray();

            user.Dispose();

            foreach (var call in calls)
            {
                try
                {
                    user.Check(await call, scored);
                }
                catch (ObjectDisposedException)
                {
                    // Too late: also right.
                }
            }

            Assert.Equal((0, 0L), (device.Pool.Residents, device.Pool.UsedBytes));
        }
    }

    [Fact]
    public async Task A_refused_call_leaves_the_state_and_the_accounts_as_they_were()
    {
        var time = new FakeTimeProvider();
        using var device = new InferenceDevice(new EngineOptions { Workers = 1, KvStorage = storage }, time);
        await using var engine = new LongerEngine(device, Model);
        using var user = new ServedUser(engine, Model, 1);
        user.Append(30);
        await user.CheckAsync();
        var (used, deadline) = (device.Pool.UsedBytes, Deadline.After(time, TimeSpan.FromSeconds(1)));
        time.Advance(TimeSpan.FromSeconds(2));
        var before = user.Events;
        user.Append(4);

        await Assert.ThrowsAsync<DeviceOverloadedException>(() => user.ScoreAsync(user.Case(), deadline: deadline));

        Assert.Equal((used, true), (device.Pool.UsedBytes, user.Kv.IsResident));
        Assert.True((await user.CheckAsync($"{before} before")).Warm);
    }

    public sealed class OfFloat32() : EnginePressureTests(KvStorage.Full);

    public sealed class OfFloat16() : EnginePressureTests(KvStorage.Half);

    public sealed class OfInt8() : EnginePressureTests(KvStorage.Quarter);
}
