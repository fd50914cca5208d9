using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>Whatever happens to users and their states, each score is the oracle's on the user's whole life.</summary>
public abstract class EngineLifeTests(KvStorage storage)
{
    /// <summary>What a life may begin with: nothing, a few lost events, more than 32 bits count.</summary>
    private static readonly long[] FirstOrdinals = [0, 0, 0, 1, 37, 10_000_000_007];

    private enum Step
    {
        Append,
        AppendManyAtOnce,
        Trim,
        ChangeProfile,
        Refresh,
        ForgetPlace,
        Score,
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];

    // Two models share a device that has no room for all users: states are evicted, prefilled again, grown and taken over by the other model.
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Any_life_is_scored_like_the_full_forward_pass(int seed)
    {
        var random = new Random(seed);
        ModelPackage[] models = [RandomModels.Of(seed), RandomModels.Of(seed + 1000)];
        using var device = EngineCalls.TightDevice(storage, workers: 1, models);
        await using var first = new LongerEngine(device, models[0]);
        await using var second = new LongerEngine(device, models[1]);
        var lives = Enumerable.Range(0, 5).Select(_ => new Life(random, models[0].Config, FirstOrdinals[random.Next(FirstOrdinals.Length)])).ToArray();
        var places = lives.Select(_ => first.CreateUser()).ToArray();
        try
        {
            for (var i = 0; i < 80; i++)
            {
                var who = random.Next(lives.Length);
                var life = lives[who];
                var version = random.Next(6) == 0 ? 1 : 0;
                var engine = version == 0 ? first : second;
                switch ((Step)random.Next(10))
                {
                    case Step.Append:
                        life.Append(random.Next(1, (2 * models[0].Config.GroupSize) + 2));
                        break;
                    case Step.AppendManyAtOnce:
                        life.Append(random.Next((int)models[0].Config.RetainedEvents));
                        break;
                    case Step.Trim:
                        life.Trim(models[0].Config, models[1].Config);
                        break;
                    case Step.ChangeProfile:
                        life.ChangeProfile();
                        break;
                    case Step.Refresh:
                        await engine.RefreshAsync(places[who], life.Input);
                        break;
                    case Step.ForgetPlace:
                        places[who].Dispose();
                        places[who] = first.CreateUser();
                        break;
                    default:
                        var request = life.Request(random.Next(1, 5));
                        var scores = await engine.ScoreAsync(places[who], life.Input, request);
                        scores.Check(storage, models[version], request, $"seed {seed}, step {i}, user {who}, model {version}, warm {scores.Warm}");
                        Assert.Equal(engine.Version, places[who].ModelVersion);
                        break;
                }

                Assert.InRange(device.Pool.UsedBytes, 0, device.Pool.BudgetBytes);
                Assert.Equal(places.Sum(place => place.DeviceBytes), device.Pool.UsedBytes);
                Assert.Equal(places.Count(place => place.IsResident), device.Pool.Residents);
            }
        }
        finally
        {
            Array.ForEach(places, place => place.Dispose());
        }

        Assert.Equal(0, device.Pool.UsedBytes);
    }

    // One event at a time, from none until every ring has turned over: each fill of the newest group, each row of each ring.
    [Theory]
    [InlineData(12)]
    [InlineData(25)]
    [InlineData(39)]
    [InlineData(42)]
    public async Task Every_single_append_keeps_a_resident_state_exact(int seed)
    {
        var random = new Random(seed);
        var model = RandomModels.Of(seed);
        using var device = EngineCalls.TightDevice(storage, workers: 1, model);
        await using var engine = new LongerEngine(device, model);
        using var place = engine.CreateUser();
        var life = new Life(random, model.Config);
        await engine.ScoreAsync(place, life.Input, life.Request(1));

        for (var i = 0; i < model.Config.RetainedEvents + (2 * model.Config.GroupSize); i++)
        {
            life.Append(1);
            await engine.RefreshAsync(place, life.Input);
            var request = life.Request(2);
            var scores = await engine.ScoreAsync(place, life.Input, request);

            Assert.True(scores.Warm, $"seed {seed}: the state went at event {i}");
            scores.Check(storage, model, request, $"seed {seed}, event {i}");
        }

        Assert.Equal(0, device.Pool.Evictions);
    }

    // The widths and heads of the contract's sample, over a smaller window: accuracy does not hang on small models.
    [Fact]
    public async Task A_model_of_the_default_widths_is_as_exact()
    {
        var model = RandomModels.Of(5, SampleConfig.Parse(SampleConfig.Text
            .Replace("10000", "200", StringComparison.Ordinal)
            .Replace("\"recent_groups\": 100", "\"recent_groups\": 20", StringComparison.Ordinal)
            .Replace("200000", "300", StringComparison.Ordinal)
            .Replace("50000", "200", StringComparison.Ordinal)));
        Assert.Equal((128, 50, 20), (model.Config.ModelDim, model.Config.VisibleGroups, model.Config.RecentGroups));
        using var device = EngineCalls.TightDevice(storage, workers: 1, model);
        await using var engine = new LongerEngine(device, model);
        using var place = engine.CreateUser();
        var life = new Life(new Random(5), model.Config);
        foreach (var appended in new[] { 0, 3, 190, 6, 300, 1, 61 })
        {
            life.Append(appended);
            var request = life.Request(5);
            (await engine.ScoreAsync(place, life.Input, request)).Check(storage, model, request, $"{life.Events.Count} events");
        }
    }

    // As many as a request may have. Each stands alone: asked with all others, the answer for one is the same.
    [Fact]
    public async Task Two_thousand_candidates_do_not_see_each_other()
    {
        var model = RandomModels.Of(12);
        using var device = EngineCalls.TightDevice(storage, workers: 1, model);
        await using var engine = new LongerEngine(device, model);
        using var place = engine.CreateUser();
        var life = new Life(new Random(1), model.Config);
        life.Append(40);
        var request = life.Request(2_000);

        var scores = await engine.ScoreAsync(place, life.Input, request);

        scores.Check(storage, model, request, "all");
        var tasks = model.Config.Tasks.Count;
        foreach (var c in new[] { 0, 999, 1_999 })
        {
            var alone = await engine.ScoreAsync(place, life.Input, request with { Candidates = [request.Candidates[c]] });
            Assert.All(alone.Logits.Select((logit, task) => Math.Abs(logit - scores.Logits[(c * tasks) + task])), difference => Assert.InRange(difference, 0, 1e-5));
        }
    }

    // A side value that no event ever had, a side that events have and the model lacks, an action that is unknown: never an error.
    [Fact]
    public async Task Features_that_a_side_of_the_model_never_met_are_missing()
    {
        var model = RandomModels.Of(12);
        Assert.Equal(2, model.Config.Sides.Count);
        using var device = EngineCalls.TightDevice(storage, workers: 1, model);
        await using var engine = new LongerEngine(device, model);
        using var place = engine.CreateUser();
        var none = new Dictionary<string, string>();
        var other = new Dictionary<string, string> { ["shelf"] = "7" };
        var request = new OracleCase(
            new OracleUser("someone", other), 0, [.. Enumerable.Range(0, 9).Select(i => new OracleEvent($"{i % 3}", "stare", 1_000 * i, other))],
            [new OracleCandidate("1", none), new OracleCandidate("1", other), new OracleCandidate("1", new Dictionary<string, string> { ["artist"] = "new" })], 60_000);

        var scores = await engine.ScoreAsync(place, new UserInput(request.History().Snapshot(), request.User.Keyed()), request);

        scores.Check(storage, model, request, "features");
        Assert.Equal(scores.Logits[..model.Config.Tasks.Count], scores.Logits[model.Config.Tasks.Count..(2 * model.Config.Tasks.Count)]);
    }

    public sealed class OfFloat32() : EngineLifeTests(KvStorage.Full);

    public sealed class OfFloat16() : EngineLifeTests(KvStorage.Half);

    public sealed class OfInt8() : EngineLifeTests(KvStorage.Quarter);
}
