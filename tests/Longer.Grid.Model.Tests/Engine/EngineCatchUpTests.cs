using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>A state that is many groups behind takes them in a few runs, or is made anew; its scores are the oracle's either way.</summary>
public abstract class EngineCatchUpTests(KvStorage storage)
{
    // More groups than one run takes, from a part-filled newest group or a full one, while the rings grow, as they fill and over their ends.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Many_groups_are_appended_without_a_prefill(int seed)
    {
        var random = new Random(seed);
        var model = RandomModels.Of(seed, ServedUser.Config(maxEvents: 1200, groupSize: 2, recentGroups: 40));
        using var device = new InferenceDevice(new EngineOptions { Workers = 1, KvStorage = storage }, TimeProvider.System);
        await using var engine = new LongerEngine(device, model);
        using var user = new ServedUser(engine, model, seed);
        user.Append(model.Config.MaxEvents - random.Next(150));
        await user.CheckAsync();

        for (var i = 0; i < 8; i++)
        {
            user.Append(random.Next(2, (ModelSessions.MostGroups + 20) * model.Config.GroupSize));
            user.TrimToNewest((int)model.Config.RetainedEvents);
            var scores = await user.CheckAsync($"step {i}");
            Assert.True(scores.Warm, $"step {i}");
        }
    }

    // With windows as short as can be, the ring's oldest rows are of groups that the history let go: the first run would ask for their times.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task Rows_of_groups_that_are_gone_are_not_read(int appended)
    {
        var model = RandomModels.Of(4, ServedUser.Config(maxEvents: 60, groupSize: 2, recentGroups: 1, selfLayers: 1));
        using var device = new InferenceDevice(new EngineOptions { Workers = 1, KvStorage = storage }, TimeProvider.System);
        await using var engine = new LongerEngine(device, model);
        using var user = new ServedUser(engine, model, seed: 1);
        user.Append(80);
        await user.CheckAsync();

        for (var i = 0; i < 12; i++)
        {
            user.Append(appended);
            user.TrimToNewest((int)model.Config.RetainedEvents);
            await user.CheckAsync($"step {i}");
        }
    }

    public sealed class OfFloat32() : EngineCatchUpTests(KvStorage.Full);

    public sealed class OfFloat16() : EngineCatchUpTests(KvStorage.Half);

    public sealed class OfInt8() : EngineCatchUpTests(KvStorage.Quarter);
}
