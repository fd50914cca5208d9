using Longer.Grid.Model;
using Longer.Grid.Oracle;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Che's formula, the simulation and the engine's own pool under one and the same requests.</summary>
public sealed class PlanResidencyTests
{
    private const int Seed = 7;
    private const double Points = 0.02;

    // 48 groups in layer 0 and 20 in the others: size classes of 16, 24, 32 and 48, so that states grow several times.
    private static readonly ModelPackage Model = RandomModels.Of(21, RandomModels.Config(new Random(3)) with
    {
        MaxEvents = 96, GroupSize = 2, EventDim = 8, InnerHeads = 2, Heads = 2, ClsTokens = 1, SelfLayers = 2, RecentGroups = 20, Profile = [],
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // 0.5 and 1.1: on both sides of the exponent at which the sums change their form.
    [Theory]
    [InlineData(0.5, 40, 0.0)]
    [InlineData(0.8, 40, 0.5)]
    [InlineData(1.1, 25, 2.0)]
    public async Task The_formula_and_the_simulation_say_what_the_real_pool_does_with_users_of_full_windows(double exponent, int residents, double appendsPerScore)
    {
        const int Users = 200;
        const int Requests = 12_000;
        var plan = PlanFor(Users, exponent, residents, appendsPerScore);
        using var device = Device(plan.Input.KvBudgetBytes);
        await using var engine = new LongerEngine(device, Model);
        var users = Enumerable.Range(0, Users).Select(seed => new PlannedUser(engine, seed, Model.Config.MaxEvents)).ToArray();

        var (done, scores, warm) = (0, 0, 0);
        foreach (var (user, isScore) in PlanSimulation.Requests(plan.Population, appendsPerScore, Requests, Seed))
        {
            done++;
            if (!isScore)
            {
                await users[user].AppendAsync(1);
                continue;
            }

            var hit = await users[user].ScoreAsync();
            if (done > Requests / 2)
            {
                (scores, warm) = (scores + 1, warm + (hit ? 1 : 0));
            }
        }

        var simulated = PlanSimulation.Run(plan, Requests, Seed, Token);
        var measured = (double)warm / scores;
        Tell($"Zipf {exponent}, {residents} of {Users} users fit, {appendsPerScore} appends a score: {measured:P2} of {scores} scores were warm; simulated {simulated.HitShare:P2}, planned {plan.HitShare:P2}.");
        Assert.Equal((scores, device.Pool.Evictions, device.Pool.Residents), ((int)simulated.Scores, simulated.Evictions, simulated.Residents));
        Assert.Equal(measured, simulated.HitShare);
        Assert.InRange(plan.HitShare, measured - Points, measured + Points);
        Assert.InRange(measured, 0.1, 0.9);
        Array.ForEach(users, user => user.Dispose());
    }

    [Fact]
    public async Task The_simulation_is_the_real_pool_request_by_request_while_states_of_all_sizes_grow()
    {
        const int Users = 120;
        var layers = KvLayerShape.Of(Model.Config);
        var budget = 30 * KvLayerShape.StateBytes(layers, groups: 24);
        using var device = Device(budget);
        await using var engine = new LongerEngine(device, Model);
        var random = new Random(Seed);
        var users = Enumerable.Range(0, Users).Select(seed => new PlannedUser(engine, seed, random.Next(0, 60))).ToArray();
        var pool = new ResidencySimulation(budget, layers);

        var (hits, scores) = (0, 0);
        foreach (var (rank, isScore) in PlanSimulation.Requests(new ZipfPopulation(Users, 0.6), appendsPerScore: 1, requests: 5_000, Seed))
        {
            var user = users[rank];
            if (isScore)
            {
                var warm = await user.ScoreAsync();
                Assert.Equal(warm, pool.Score(rank, user.Groups));
                (hits, scores) = (hits + (warm ? 1 : 0), scores + 1);
            }
            else
            {
                await user.AppendAsync(random.Next(1, 6));
                pool.Append(rank, user.Groups);
            }

            Assert.Equal((device.Pool.UsedBytes, device.Pool.Residents, device.Pool.Evictions), (pool.UsedBytes, pool.Residents, pool.Evictions));
        }

        Tell($"{hits} of {scores} scores were warm, with {pool.Evictions} evictions: the simulation said so of each.");
        Assert.InRange(hits, scores / 10, scores * 9 / 10);
        Array.ForEach(users, user => user.Dispose());
    }

    private static GridPlan PlanFor(int users, double exponent, int residents, double appendsPerScore)
    {
        var input = PlanInputs.Small with { Users = users, ZipfExponent = exponent, Model = Model.Config, HistoryEvents = Model.Config.MaxEvents, Devices = 1 };
        return new GridPlan(input with
        {
            KvBudgetBytes = residents * KvLayerShape.StateBytes(KvLayerShape.Of(Model.Config), Model.Config.VisibleGroups),
            EventsPerUser = appendsPerScore * input.ScoresPerSecond * 86_400 / users,
        });
    }

    private static InferenceDevice Device(long budget) => new(new EngineOptions { Workers = 1, KvBudgetBytes = budget }, TimeProvider.System);

    private static void Tell(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
