using Longer.Grid.Oracle;

namespace Longer.Grid.Training.Tests;

/// <summary>The pooled baselines compute what their formulas say, written out here event by event.</summary>
public sealed class PooledModuleTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Logits_are_those_of_the_formula(int seed)
    {
        var random = new Random(seed);
        var config = RandomModels.Of(seed).Config;
        var scored = RandomHistories.Case(seed, config);
        var newest = random.Next(1, 40);
        using var module = new PooledModule(config, newest, weighs: seed % 3 != 0, seed) { UsesCrossFeatures = seed % 2 == 0 };
        List<Request> requests = [.. Cuts(random, scored).Select(events => scored.Request(events))];
        var user = new EncodedUser(config, scored.Samples(), requests);

        var logits = new ModuleScorer(module).Score(user, CancellationToken.None);

        for (var r = 0; r < requests.Count; r++)
        {
            var expected = new PooledFormula(module, user, user.Requests[r], newest).Logits();
            Assert.Equal(expected.Length, logits[r].Length);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(Math.Abs(expected[i] - logits[r][i]) < 1e-4, $"seed {seed}, request {r}, logit {i}: {logits[r][i]}, by the formula {expected[i]}");
            }
        }
    }

    private static IEnumerable<int> Cuts(Random random, OracleCase scored) =>
        Enumerable.Range(0, 4).Select(_ => random.Next(scored.Events.Count + 1)).Append(scored.Events.Count).Order();
}
