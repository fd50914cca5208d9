using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

/// <summary>Users of a silo whose every score is held to the plain forward pass of the version that it names.</summary>
internal sealed class CheckedUsers(OneSilo silo)
{
    private const long Start = 1_700_000_000_000;

    private readonly Dictionary<string, OracleModel> _oracles = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Publishes a random model.</summary>
    public Task<string> PublishAsync(int seed) => PublishAsync(RandomModels.Files(seed));

    /// <summary>Publishes a model.</summary>
    public async Task<string> PublishAsync((byte[] ConfigJson, byte[] Weights) files)
    {
        var version = await silo.PublishAsync(files);
        _oracles[version] = new OracleModel(ModelPackage.Load(files.ConfigJson, new MemoryStream(files.Weights)));
        return version;
    }

    /// <summary>Publishes a random model and waits until it is active.</summary>
    public async Task<string> ActivateAsync(int seed)
    {
        var version = await PublishAsync(seed);
        await silo.ActiveAsync(version);
        return version;
    }

    /// <summary>Users with fifty events each and a state.</summary>
    public async Task<List<IUserGrain>> ResidentAsync(int count)
    {
        var users = Enumerable.Range(0, count).Select(i => silo.User($"user {i}")).ToList();
        foreach (var user in users)
        {
            await user.AppendAsync([.. Enumerable.Range(0, 50).Select(i => UserGrainTests.Event(i % 7, Start + (i * 1000L)))], Token);
            await ScoreAsync(user);
        }

        return users;
    }

    /// <summary>Appends one more event.</summary>
    public static Task<AppendResult> AppendAsync(IUserGrain user, int round) => user.AppendAsync([UserGrainTests.Event(round % 5, Start + 60_000 + (round * 1000L))], Token);

    /// <summary>Scores four candidates against all events of a user.</summary>
    public async Task<ScoreResult> ScoreAsync(IUserGrain user, string? requestId = null)
    {
        var events = (await UserGrainTests.AllAsync(user)).Select(e => new OracleEvent(e.ItemId, e.Action, e.AtMs, new Dictionary<string, string>())).ToList();
        var asked = new OracleCase(
            new OracleUser(user.GetPrimaryKeyString(), new Dictionary<string, string>()),
            0,
            events,
            [.. Enumerable.Range(0, 4).Select(i => new OracleCandidate($"{i}", new Dictionary<string, string>()))],
            Start + 900_000);
        var answer = await user.ScoreAsync(asked.Request() with { RequestId = requestId }, Token);
        var expected = _oracles[answer.ModelVersion].Score(asked).SelectMany(logits => logits).Select(logit => 1 / (1 + Math.Exp(-logit))).ToList();
        Assert.Equal(events.Count, answer.UserEvents);
        Assert.Equal(expected.Count, answer.Scores.Length);
        Assert.All(expected.Zip(answer.Scores), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        return answer;
    }
}
