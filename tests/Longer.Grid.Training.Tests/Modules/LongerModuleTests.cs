using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Training.Tests;

/// <summary>The module computes what MODEL.md says, one request at a time or many at once.</summary>
public sealed class LongerModuleTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 150)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_request_scores_as_the_oracle_does(int seed)
    {
        var model = RandomModels.Of(seed);
        var scored = RandomHistories.Case(seed, model.Config);
        using var module = model.Module();

        ScorerParity.Check(module.Scores(scored.Samples(), [scored.Request()]), model, scored, $"seed {seed}");
    }

    // Where a window that is one group short would show the most.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_request_of_a_model_that_looks_far_back_scores_as_the_oracle_does(int seed)
    {
        var model = RandomModels.FarSighted(seed);
        var scored = RandomHistories.Case(seed, model.Config);
        using var module = model.Module();

        ScorerParity.Check(module.Scores(scored.Samples(), [scored.Request()]), model, scored, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Requests_at_many_times_of_one_history_score_as_the_oracle_does(int seed)
    {
        var model = RandomModels.Of(seed);
        var whole = RandomHistories.Case(seed, model.Config);
        var cases = Cuts(new Random(seed), model.Config, whole);
        using var module = model.Module();

        var logits = module.Scores(whole.Samples(), [.. cases.Select(c => c.Request())]);

        var at = 0;
        foreach (var scored in cases)
        {
            var count = scored.Candidates.Count * model.Config.Tasks.Count;
            ScorerParity.Check(logits.GetRange(at, count), model, scored, $"seed {seed}, {scored.Events.Count} of {whole.Events.Count} events");
            at += count;
        }

        Assert.Equal(logits.Count, at);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Users_of_one_batch_score_as_each_alone(int seed)
    {
        var model = RandomModels.Of(seed);
        var random = new Random(seed);
        using var module = model.Module();
        var users = Enumerable.Range(0, 3).Select(i =>
        {
            var whole = RandomHistories.Case((1000 * seed) + i, model.Config);
            return new EncodedUser(model.Config, whole.Samples(), [.. Cuts(random, model.Config, whole).Select(c => c.Request())]);
        }).ToList();

        using var scope = TorchSharp.torch.NewDisposeScope();
        using var untracked = TorchSharp.torch.no_grad();
        var together = module.Logits(module.Prepare([.. users.Select(u => new RequestSpan(u, 0, u.Requests.Length))])).Floats().ToArray();
        var alone = users.SelectMany(u => new ModuleScorer(module).Score(u, CancellationToken.None)).SelectMany(l => l).ToArray();

        Assert.Equal(alone.Length, together.Length);
        for (var i = 0; i < alone.Length; i++)
        {
            Assert.Equal(alone[i], together[i], 2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_happens_at_or_after_a_request_leaves_its_logits_bit_equal(int seed)
    {
        var model = RandomModels.Of(seed);
        var random = new Random(seed);
        var whole = RandomHistories.Case(seed, model.Config);
        var seen = random.Next(whole.Events.Count + 1);
        var request = (whole with { AtMs = RandomHistories.RequestMs(random, [.. whole.Events.Take(seen)]) }).Request(seen);
        var changed = whole with { Events = [.. whole.Events.Take(seen), .. RandomHistories.Events(random, model.Config, whole.Events.Count - seen)] };
        var cut = whole with { Events = [.. whole.Events.Take(seen)] };
        using var module = model.Module();

        // Alone: whatever becomes of the later events, removal included.
        var alone = module.Scores(whole.Samples(), [request]);
        Assert.Equal(alone, module.Scores(changed.Samples(), [request]));
        Assert.Equal(alone, module.Scores(cut.Samples(), [request]));

        // Beside a request that sees all events: as long as there are as many.
        var beside = module.Scores(whole.Samples(), [request, whole.Request()]);
        var besideChanged = module.Scores(changed.Samples(), [request, whole.Request()]);
        Assert.Equal(beside.Take(alone.Count), besideChanged.Take(alone.Count));
    }

    [Fact]
    public void Weights_come_out_as_they_went_in_under_the_names_of_the_contract()
    {
        var model = RandomModels.Of(7);
        using var module = model.Module();

        var weights = module.ToWeights();

        Assert.Equal(TensorCatalog.Of(model.Config).Select(s => s.Name).Order(), module.named_parameters().Select(p => p.name).Order());
        foreach (var spec in weights.Specs)
        {
            Assert.Equal(model.Weights[spec.Name], weights[spec.Name]);
        }
    }

    /// <summary>The same user at several earlier moments, in the order of the events seen.</summary>
    private static List<OracleCase> Cuts(Random random, LongerConfig config, OracleCase whole)
    {
        var counts = Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(whole.Events.Count + 1)).Order();
        return [.. counts.Select(count =>
        {
            List<OracleEvent> seen = [.. whole.Events.Take(count)];
            return whole with { Events = seen, Candidates = RandomHistories.Candidates(random, config, seen, random.Next(1, 6)), AtMs = RandomHistories.RequestMs(random, seen) };
        })];
    }
}
