using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>The cached score equals the full forward pass, however the state came about.</summary>
public sealed class EngineExactnessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, KvStorage> Cases
    {
        get
        {
            var cases = new TheoryData<int, KvStorage>();
            for (var seed = 1; seed <= 120; seed++)
            {
                cases.Add(seed, KvStorage.Full);
                cases.Add(seed, KvStorage.Half);
                cases.Add(seed, KvStorage.Quarter);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_score_equals_the_full_forward_pass_after_any_split_into_appends(int seed, KvStorage storage)
    {
        var random = new Random(seed);
        var model = RandomModels.Of(seed);
        var scored = RandomHistories.Case(seed, model.Config);
        using var device = new InferenceDevice(new EngineOptions { Workers = 1, KvBudgetBytes = 64 << 20, KvStorage = storage }, TimeProvider.System);
        await using var engine = new LongerEngine(device, model);
        using var user = engine.CreateUser();

        var features = scored.User.Keyed();
        var history = scored.History().Snapshot();
        for (var count = random.Next(history.Count + 1); ; count = Math.Min(history.Count, count + random.Next(1, 2 + (2 * model.Config.GroupSize))))
        {
            var seen = scored with { Events = [.. scored.Events.Take(count)] };
            var scores = await engine.ScoreAsync(user, new(history.Prefix(count), features), seen.KeyedCandidates(), seen.AtMs, Deadline.None, Token);
            ScorerParity.Check([.. scores.Logits.Select(l => (double)l)], model, seen, $"seed {seed}, {count} of {history.Count} events, warm {scores.Warm}", storage.Tolerance());
            Assert.Equal(seen.FirstOrdinal + count, scores.UserEvents);
            if (count == history.Count)
            {
                break;
            }
        }
    }
}
