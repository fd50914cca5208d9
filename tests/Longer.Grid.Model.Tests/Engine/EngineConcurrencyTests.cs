using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>Calls that run at once: each answer is the oracle's on exactly the events that the answer reports.</summary>
public abstract class EngineConcurrencyTests(KvStorage storage)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    // One writer appends, changes the profile and refreshes; readers score what they last saw; others' scores push the state out meanwhile.
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_score_beside_appends_is_of_one_moment(int seed)
    {
        const int Readers = 4, Scores = 8, Moments = 30;
        var model = RandomModels.Of(seed);
        using var device = EngineCalls.TightDevice(storage, workers: 2, model);
        await using var engine = new LongerEngine(device, model);
        using var place = engine.CreateUser();

        // The whole life beforehand, so that drawing it is no part of the race: each moment has events and a profile of its own.
        var life = new Life(new Random(seed), model.Config);
        var moments = new List<(UserInput Input, OracleCase Case)>();
        for (var i = 0; i < Moments; i++)
        {
            life.Append(1 + (i % 3) + (i == 4 ? model.Config.MaxEvents : 0));
            life.ChangeProfile();
            life.Trim(model.Config);
            moments.Add((life.Input, life.Request(3)));
        }

        var now = 0;
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < Moments; i++)
            {
                Volatile.Write(ref now, i);
                await engine.RefreshAsync(place, moments[i].Input);
            }
        }, Token);
        var readers = Enumerable.Range(0, Readers).Select(reader => Task.Run(async () =>
        {
            var random = new Random((seed * 100) + reader);
            var answers = new List<(int Asked, OracleCase Request, EngineScores Scores)>();
            for (var i = 0; i < Scores; i++)
            {
                // Mostly the newest moment, sometimes one from before.
                var asked = Math.Max(0, Volatile.Read(ref now) - random.Next(3));
                var request = moments[asked].Case;
                answers.Add((asked, request, await engine.ScoreAsync(place, moments[asked].Input, request)));
            }

            return answers;
        }, Token)).ToList();
        var others = Task.Run(async () =>
        {
            var places = Enumerable.Range(0, 4).Select(_ => engine.CreateUser()).ToList();
            for (var i = 0; i < 12; i++)
            {
                await engine.ScoreAsync(places[i % 4], moments[^1].Input, moments[^1].Case);
            }

            places.ForEach(p => p.Dispose());
        }, Token);
        await writer;
        await others;

        foreach (var (asked, request, scores) in (await Task.WhenAll(readers)).SelectMany(answers => answers))
        {
            var encoded = moments.FindIndex(m => m.Case.Events.Count == scores.UserEvents);
            Assert.InRange(encoded, asked, Moments - 1);
            var moment = moments[encoded].Case with { Candidates = request.Candidates, AtMs = request.AtMs };
            scores.Check(storage, model, moment, $"seed {seed}, asked at moment {asked}, answered of {encoded}");
        }
    }

    // More users than the device has room for, all at once: leases, evictions and waiting for memory.
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Many_users_at_once_on_a_full_device_are_all_exact(int seed)
    {
        var model = RandomModels.Of(seed);
        using var device = EngineCalls.TightDevice(storage, workers: 2, model);
        await using var engine = new LongerEngine(device, model);
        var users = await Task.WhenAll(Enumerable.Range(0, 12).Select(user => Task.Run(async () =>
        {
            var life = new Life(new Random((seed * 100) + user), model.Config);
            using var place = engine.CreateUser();
            var answers = new List<(OracleCase Request, EngineScores Scores)>();
            for (var i = 0; i < 4; i++)
            {
                life.Append(1 + (user * i * 5));
                var request = life.Request(2);
                answers.Add((request, await engine.ScoreAsync(place, life.Input, request)));
            }

            return answers;
        }, Token)));

        Assert.Equal(0, device.Pool.UsedBytes);
        foreach (var (request, scores) in users.SelectMany(answers => answers))
        {
            scores.Check(storage, model, request, $"seed {seed}");
        }
    }

    [Fact]
    public async Task Calls_that_find_no_state_share_one_prefill()
    {
        var model = RandomModels.Of(42);
        using var device = EngineCalls.TightDevice(storage, workers: 2, model);
        await using var engine = new LongerEngine(device, model);
        using var place = engine.CreateUser();
        var life = new Life(new Random(42), model.Config);
        life.Append(50);
        var request = life.Request(3);

        var scores = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => engine.ScoreAsync(place, life.Input, request), Token)));

        Assert.Single(scores, s => !s.Warm);
        Assert.All(scores, s => s.Check(storage, model, request, "shared"));
    }

    // The model's own last calls end before it goes; the other version's states stay.
    [Fact]
    public async Task A_version_that_is_unloaded_finishes_its_calls_and_leaves_nothing()
    {
        ModelPackage[] models = [RandomModels.Of(42), RandomModels.Of(12)];
        using var device = new InferenceDevice(new EngineOptions { Workers = 2, KvStorage = storage }, TimeProvider.System);
        await using var stays = new LongerEngine(device, models[0]);
        var goes = new LongerEngine(device, models[1]);
        var life = new Life(new Random(42), models[0].Config);
        life.Append(50);
        var request = life.Request(3);
        using var mine = stays.CreateUser();
        using var theirs = goes.CreateUser();
        await stays.ScoreAsync(mine, life.Input, request);
        var last = Enumerable.Range(0, 8).Select(_ => goes.ScoreAsync(theirs, life.Input, request)).ToList();

        await goes.DisposeAsync();

        Assert.All(await Task.WhenAll(last), scores => scores.Check(storage, models[1], request, "last"));
        Assert.False(theirs.IsResident);
        Assert.Equal(mine.DeviceBytes, device.Pool.UsedBytes);
        Assert.True((await stays.ScoreAsync(mine, life.Input, request)).Warm);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => goes.ScoreAsync(theirs, life.Input, request));
    }

    public sealed class OfFloat32() : EngineConcurrencyTests(KvStorage.Full);

    public sealed class OfFloat16() : EngineConcurrencyTests(KvStorage.Half);

    public sealed class OfInt8() : EngineConcurrencyTests(KvStorage.Quarter);
}
