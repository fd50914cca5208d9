using System.Collections.Immutable;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

/// <summary>What of a user is in memory, and that it is always enough.</summary>
public sealed class UserMemoryTests(OneSilo silo) : IClassFixture<OneSilo>
{
    private const long Start = 1_700_000_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Windows longer than what is kept for finding repeats (16,384 events), so that the model decides how much is in memory.
    [Theory]
    [InlineData(20_000, 40_000)]
    [InlineData(40_000, 64, 40_000)]
    public async Task A_model_reads_its_whole_window_whichever_models_were_active_before(params int[] windows)
    {
        var user = silo.User();
        var random = new Random(1);
        for (var batch = 0; batch < 6; batch++)
        {
            await user.AppendAsync([.. Enumerable.Range(batch * 9000, 9000).Select(i => UserGrainTests.Event(random.Next(20), Start + (i * 60_000L)))], Token);
        }

        ImmutableArray<float> scores = [];
        var appended = 0;
        foreach (var window in windows)
        {
            await silo.ActivateAsync(OfWindow(window));
            scores = await ScoreAsync();
            await user.AppendAsync([UserGrainTests.Event(3, Start + (100_000L * 60_000) + appended++)], Token);
            scores = await ScoreAsync();
        }

        await silo.DeactivateAllAsync();
        Assert.All((await ScoreAsync()).Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        async Task<ImmutableArray<float>> ScoreAsync() =>
            (await user.ScoreAsync(new([.. Enumerable.Range(0, 5).Select(i => new Candidate($"{i}", []))], Start + 1, null, null, null), Token)).Scores;
    }

    [Fact]
    public async Task Scores_that_wait_for_a_longer_window_share_one_reading()
    {
        await silo.ActivateAsync(OfWindow(64));
        var user = silo.User();
        for (var batch = 0; batch < 3; batch++)
        {
            await user.AppendAsync([.. Enumerable.Range(batch * 9000, 9000).Select(i => UserGrainTests.Event(i % 20, Start + (i * 60_000L)))], Token);
        }

        await silo.ActivateAsync(OfWindow(40_000));
        var opens = silo.Store.Opens;

        // More than there are places for writers to wait in.
        var scores = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => user.ScoreAsync(new([new Candidate("3", [])], Start + 1, null, null, null), Token)));

        Assert.Equal(opens + 1, silo.Store.Opens);
        Assert.All(scores, score => Assert.Equal((27_000L, scores[0].Scores[0]), (score.UserEvents, score.Scores[0])));
    }

    // What no model reads is in memory no more, and still a repeat of it is found: it is read again where a batch is old enough to hold one.
    [Fact]
    public async Task A_long_life_takes_the_memory_of_what_the_model_reads_and_repeats_are_found_in_all_of_the_window()
    {
        const int Events = 20_000;
        await silo.ActivateAsync(OfWindow(1_000));
        var user = silo.User();
        BehaviorEvent[] life = [.. Enumerable.Range(0, Events).Select(i => UserGrainTests.Event(i, Start + (i * 60_000L)))];
        foreach (var batch in life.Chunk(5_000))
        {
            Assert.Equal((5_000, 0), Counts(await user.AppendAsync([.. batch], Token)));
        }

        Assert.InRange((await user.GetStatusAsync(Token)).HostBytes, 1, 60_000);
        await silo.DeactivateAllAsync();

        // Of the newest 16,384, the oldest among them; one older than those is new again.
        var oldest = Events - EventIntake.DuplicateWindow;
        Assert.Equal((0, 3), Counts(await user.AppendAsync([life[oldest], life[oldest + 9], life[^1]], Token)));
        Assert.Equal((1, 1), Counts(await user.AppendAsync([life[oldest - 1], life[oldest + 1]], Token)));
        Assert.Equal((1, 0), Counts(await user.AppendAsync([life[oldest]], Token)));
        Assert.Equal((0, 2), Counts(await user.AppendAsync([life[oldest], life[oldest - 1]], Token)));
        Assert.Equal(Events + 2, (await user.GetStatusAsync(Token)).UserEvents);

        static (int Accepted, int Duplicates) Counts(AppendResult result) => (result.Accepted, result.Duplicates);
    }

    // What no model reads is in the store alone: memory does not grow by it, and a model that reads it later finds it there.
    [Fact]
    public async Task Only_the_features_that_the_model_reads_are_in_memory_and_another_models_are_read_when_it_comes()
    {
        await silo.ActivateAsync(OfSides("artist"));
        var user = silo.User();
        for (var i = 0; i < 60; i++)
        {
            await user.AppendAsync([new($"{i % 9}", "play", Start + (i * 1000L), [new("artist", $"{i % 5}"), new("mood", $"{i % 3}"), new($"odd {i}", "1")])], Token);
        }

        await CheckAsync("artist");
        var bytes = (await user.GetStatusAsync(Token)).HostBytes;
        Assert.InRange(bytes, 60 * 23, 80 * 25);

        await silo.ActivateAsync(OfSides("mood"));
        await CheckAsync("mood");
        await user.AppendAsync([new("3", "play", Start + 70_000, [new("artist", "4"), new("mood", "2")])], Token);
        await CheckAsync("mood");
        await silo.ActivateAsync(OfSides("artist"));
        await CheckAsync("artist");
        Assert.Equal(61, (await user.GetStatusAsync(Token)).UserEvents);

        async Task CheckAsync(string side)
        {
            var kept = await UserGrainTests.AllAsync(user);
            var (config, weights) = OfSides(side);
            var model = ModelPackage.Load(config, new MemoryStream(weights));
            List<OracleEvent> events = [.. kept.Select(e => new OracleEvent(e.ItemId, e.Action, e.AtMs, e.Features.ToDictionary(f => f.Name, f => f.Id)))];
            List<OracleCandidate> candidates = [new("3", new Dictionary<string, string> { ["artist"] = "2", ["mood"] = "1" }), new("100", new Dictionary<string, string>())];
            var scored = new OracleCase(new OracleUser(user.GetPrimaryKeyString(), new Dictionary<string, string>()), 0, events, candidates, Start + 90_000);
            var expected = new OracleModel(model).Score(scored).SelectMany(l => l).Select(l => 1 / (1 + Math.Exp(-l)));
            var actual = await user.ScoreAsync(scored.Request(), Token);
            Assert.All(expected.Zip(actual.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }

        static (byte[] ConfigJson, byte[] Weights) OfSides(string side)
        {
            var random = new Random(11);
            var config = RandomModels.Config(random) with { Sides = [new FeatureTable(side, 40, 4)], Profile = [] };
            using var weights = new MemoryStream();
            SafetensorsFile.Write(weights, RandomModels.Weights(random, config));
            return (LongerConfigJson.Write(config), weights.ToArray());
        }
    }

    private static (byte[] ConfigJson, byte[] Weights) OfWindow(int maxEvents)
    {
        var random = new Random(7);
        var config = RandomModels.Config(random) with { MaxEvents = maxEvents, EventDim = 4, GroupSize = 16, Heads = 1, RecentGroups = 4, Profile = [] };
        using var weights = new MemoryStream();
        SafetensorsFile.Write(weights, RandomModels.Weights(random, config));
        return (LongerConfigJson.Write(config), weights.ToArray());
    }
}
