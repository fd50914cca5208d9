using System.Collections.Immutable;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

public sealed class FullSiloTests
{
    private const int Users = 24;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(12)]
    [InlineData(35)]
    public async Task A_silo_whose_memory_holds_a_few_of_its_users_scores_all_of_them_exactly(int seed)
    {
        var model = RandomModels.Of(seed);
        var random = new Random(seed);
        var lives = Enumerable.Range(0, Users).Select(_ => InOrder(random, model.Config, [], (int)model.Config.RetainedEvents)).ToList();
        var state = await BytesOfOneAsync(seed, lives[0]);
        await using var silo = new OneSilo { Engine = new EngineOptions { Workers = 1, KvBudgetBytes = 4 * state } };
        await silo.InitializeAsync();
        await silo.ActivateAsync(RandomModels.Files(seed));
        for (var user = 0; user < Users; user++)
        {
            await User(silo, user).AppendAsync([.. lives[user].Select(e => e.Message())], Token);
        }

        var cold = 0;
        for (var call = 0; call < 3 * Users; call++)
        {
            // Some users come often: both those who are there and those who are not are met.
            var user = (int)(Users * random.NextDouble() * random.NextDouble());
            var more = InOrder(random, model.Config, lives[user], random.Next(0, 4));
            if (more.Count > 0)
            {
                await User(silo, user).AppendAsync([.. more.Select(e => e.Message())], Token);
                lives[user].AddRange(more);
            }

            var candidates = RandomHistories.Candidates(random, model.Config, lives[user], 4);
            var scored = new OracleCase(new OracleUser(Id(user), ImmutableDictionary<string, string>.Empty), 0, lives[user], candidates, lives[user][^1].AtMs + 60_000);
            var answer = await User(silo, user).ScoreAsync(scored.Request(), Token);
            ScorerParity.Check([.. answer.Scores.Select(p => Math.Log(p / (1 - (double)p)))], model, scored, $"seed {seed}, call {call}");
            cold += answer.Warm ? 0 : 1;
        }

        var resident = 0;
        for (var user = 0; user < Users; user++)
        {
            resident += (await User(silo, user).GetStatusAsync(Token)).Tier == UserTier.Device ? 1 : 0;
        }

        Assert.InRange(resident, 2, 8);
        Assert.InRange(cold, Users / 2, (3 * Users) - 1);
    }

    private static async Task<long> BytesOfOneAsync(int seed, List<OracleEvent> life)
    {
        await using var silo = new OneSilo();
        await silo.InitializeAsync();
        await silo.ActivateAsync(RandomModels.Files(seed));
        await User(silo, 0).AppendAsync([.. life.Select(e => e.Message())], Token);
        await User(silo, 0).ScoreAsync(new([new Candidate("1", [])], life[^1].AtMs, null, null, null), Token);
        return (await User(silo, 0).GetStatusAsync(Token)).DeviceBytes;
    }

    private static string Id(int user) => $"user {user}";

    private static IUserGrain User(OneSilo silo, int user) => silo.Grains.GetGrain<IUserGrain>(Id(user));

    private static List<OracleEvent> InOrder(Random random, LongerConfig config, List<OracleEvent> before, int count)
    {
        var at = before.Count == 0 ? 1_700_000_000_000 : before[^1].AtMs;
        return [.. RandomHistories.Events(random, config, count).Select(e => e with { AtMs = at += random.NextInt64(1, 100_000_000) })];
    }
}
