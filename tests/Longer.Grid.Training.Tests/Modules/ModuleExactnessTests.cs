using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Training.Tests;

/// <summary>The training module equals the full forward pass, for one request and for many over one encoding.</summary>
public sealed class ModuleExactnessTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_request_alone_scores_as_the_oracle(int seed) => ScorerParity.Check(new TorchCaseScorer(), seed);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Requests_that_share_an_encoding_score_as_each_alone(int seed)
    {
        var (random, model) = (new Random(seed), RandomModels.Of(seed));
        var whole = RandomHistories.Case(seed, model.Config);
        using var module = new LongerModule(model.Config, model.Weights);
        var cuts = Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Next(whole.Events.Count + 1)).Order().ToArray();
        var cases = cuts
            .Select(cut => whole with
            {
                Events = [.. whole.Events.Take(cut)],
                Candidates = RandomHistories.Candidates(random, model.Config, whole.Events, random.Next(1, 5)),
                AtMs = RandomHistories.RequestMs(random, whole.Events),
            })
            .ToArray();

        var logits = TorchScorer.Score(
            module, whole.User.Keyed(), whole.History().Snapshot(), [.. cases.Select(c => (c.Events.Count, c.AtMs, c.KeyedCandidates()))]);

        var at = 0;
        foreach (var scored in cases)
        {
            var count = scored.Candidates.Count * model.Config.Tasks.Count;
            ScorerParity.Check([.. logits.AsSpan(at, count).ToArray().Select(l => (double)l)], model, scored, $"seed {seed}, {scored.Events.Count} of {whole.Events.Count} events");
            at += count;
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Nothing_at_or_after_a_request_changes_a_bit_of_its_logits(int seed)
    {
        var (random, model) = (new Random(seed), RandomModels.Of(seed));
        var events = RandomHistories.Events(random, model.Config, 90);
        var scored = new OracleCase(RandomHistories.User(random, model.Config), 0, events, RandomHistories.Candidates(random, model.Config, events, 4), events[^1].AtMs);
        using var module = new LongerModule(model.Config, model.Weights);

        // 61 leaves the newest group partly filled for every K above 1.
        var before = Score(events);
        var changed = Score([.. events.Take(61), .. RandomHistories.Events(random, model.Config, 200)]);
        var removed = Score([.. events.Take(61)]);

        Assert.Equal(before, changed);
        Assert.Equal(before, removed);

        float[] Score(List<OracleEvent> with) => TorchScorer.Score(
            module, scored.User.Keyed(), (scored with { Events = with }).History().Snapshot(), [(61, scored.AtMs, scored.KeyedCandidates())]);
    }

    [Fact]
    public void Weights_go_in_and_come_out_unchanged()
    {
        var model = RandomModels.Of(7);
        using var module = new LongerModule(model.Config, model.Weights);

        var weights = module.ToWeights();

        Assert.All(weights.Specs, spec => Assert.Equal(model.Weights[spec.Name], weights[spec.Name]));
    }

    private sealed class TorchCaseScorer : IScorer
    {
        public double[] Score(ModelPackage model, OracleCase scored)
        {
            using var module = new LongerModule(model.Config, model.Weights);
            var history = scored.History().Snapshot();
            return [.. TorchScorer.Score(module, scored.User.Keyed(), history, [(history.Count, scored.AtMs, scored.KeyedCandidates())]).Select(l => (double)l)];
        }
    }
}
