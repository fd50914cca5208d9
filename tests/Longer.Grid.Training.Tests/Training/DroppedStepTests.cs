using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

/// <summary>A step that meets what is no number is left out, told, and harms nothing.</summary>
public sealed class DroppedStepTests
{
    // A loss that is infinite; a loss that is finite and so large that its gradient is not.
    private const float NoLoss = float.PositiveInfinity;
    private const float NoGradient = 3e38f;

    private static readonly TrainingSet Set = TinySet.Of(1, steps: 100);

    private static readonly LongerConfig Config = TinySet.Config(Set);

    private static readonly TrainingOptions OneByOne = new() { Epochs = 2, RequestsPerStep = 1, RequestsPerSpan = 1, Threads = 2 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NoLoss, "its loss is")]
    [InlineData(NoGradient, "its gradient is not finite")]
    public void It_is_told_with_its_requests_and_all_others_are_learned_from(float label, string why)
    {
        var samples = Labelled(label, number => number == 7);
        var bad = samples[7];

        var (report, weights) = Fitted(OneByOne, samples);

        Assert.Equal((2, (2 * samples.Count) - 2), (report.Dropped.Count, report.Steps));
        Assert.Equal(2 * (report.Steps + report.Dropped.Count - 2), report.Candidates);
        Assert.All(report.Dropped, step =>
        {
            Assert.StartsWith(why, step.Why, StringComparison.Ordinal);
            Assert.EndsWith($"; requests {bad.Request.Id} of user {bad.User.UserId}", step.ToString(), StringComparison.Ordinal);
        });
        Assert.NotEqual(ModelInitializer.Random(Config, 1)["head.in.weight"], weights["head.in.weight"]);
    }

    [Fact]
    public void All_requests_of_the_step_are_named_by_user()
    {
        var samples = Labelled(NoLoss, number => number == 0);

        var (report, _) = Fitted(OneByOne with { Epochs = 1, RequestsPerStep = 20, RequestsPerSpan = 4, Seed = 2 }, samples);

        var step = Assert.Single(report.Dropped);
        Assert.InRange(step.Users.Sum(user => user.RequestIds.Count), 20, 23);
        Assert.All(step.Users, user => Assert.All(user.RequestIds, id => Assert.Equal(user.UserId, samples.Single(s => s.Request.Id == id).User.UserId)));
        Assert.Contains(step.Users, user => user.RequestIds.Contains(samples[0].Request.Id));
    }

    [Fact]
    public void A_fit_whose_every_step_is_dropped_ends_with_an_error_and_leaves_every_bit()
    {
        using var module = new LongerModule(Config, ModelInitializer.Random(Config, 1));
        var before = module.Copy();

        var error = Assert.Throws<TrainingException>(() => new Trainer(OneByOne with { Epochs = 0.1 }, TimeProvider.System).Fit(module, Labelled(NoLoss, _ => true), null, Token));

        Assert.StartsWith("5 steps were dropped and 0 taken; try a lower learning rate than 0.002, or look at", error.Message, StringComparison.Ordinal);
        Assert.Contains(" of user u", error.Message, StringComparison.Ordinal);
        Assert.All(module.Specs, spec => Assert.Equal(before[spec.Name], module[spec.Name].Floats().ToArray()));
    }

    [Fact]
    public void A_fit_that_drops_more_than_it_takes_ends_with_an_error()
    {
        Assert.Throws<TrainingException>(() => Fitted(OneByOne with { Epochs = 1 }, Labelled(NoLoss, number => number % 2 == 0)));
        Assert.NotEmpty(Fitted(OneByOne with { Epochs = 1 }, Labelled(NoLoss, number => number % 3 == 0)).Report.Dropped);
    }

    [Theory]
    [InlineData(float.NaN, "head.in.bias")]
    [InlineData(float.NegativeInfinity, "event.in.weight")]
    [InlineData(float.NaN, "item.weight")]
    [InlineData(float.PositiveInfinity, "user.weight")]
    public void The_optimizer_takes_no_such_step_and_its_next_one_is_as_if_it_had_not_been(float value, string tensor)
    {
        using var module = new LongerModule(Config, ModelInitializer.Random(Config, 1));
        using var other = new LongerModule(Config, ModelInitializer.Random(Config, 1));
        var (optimizer, untroubled) = (new AdamW(module, 0.1), new AdamW(other, 0.1));

        Assert.True(optimizer.Step(Gradients(module, 1), 0.01, 1) && untroubled.Step(Gradients(other, 1), 0.01, 1));
        Assert.False(optimizer.Step(Gradients(module, 2, tensor, value), 0.01, 1));
        Assert.All(module.Specs, spec => Assert.Equal(other[spec.Name].Floats().ToArray(), module[spec.Name].Floats().ToArray()));
        Assert.True(optimizer.Step(Gradients(module, 3), 0.01, 1) && untroubled.Step(Gradients(other, 3), 0.01, 1));
        Assert.All(module.Specs, spec => Assert.Equal(other[spec.Name].Floats().ToArray(), module[spec.Name].Floats().ToArray()));
    }

    private static StepGradients Gradients(RankingModule module, int seed, string? tensor = null, float value = 0)
    {
        var (random, gradients) = (new Random(seed), new StepGradients(module));
        foreach (var (name, dense) in gradients.Dense)
        {
            Fill(name, dense);
        }

        foreach (var (name, rows) in gradients.Tables)
        {
            var two = new float[2 * rows.Width];
            Fill(name, two);
            rows.Add([1, 3], two);
        }

        return gradients;

        void Fill(string name, float[] data)
        {
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = random.NextSingle() - 0.5f;
            }

            data[^1] = name == tensor ? value : data[^1];
        }
    }

    private static (TrainingReport Report, ModelWeights Weights) Fitted(TrainingOptions options, IReadOnlyList<Sample> samples)
    {
        using var module = new LongerModule(Config, ModelInitializer.Random(Config, 1));
        var report = new Trainer(options, TimeProvider.System).Fit(module, samples, null, Token);
        return (report, module.ToWeights()); // Which refuses weights that are not finite.
    }

    private static List<Sample> Labelled(float label, Func<int, bool> which) =>
        [.. Set.SamplesByTime().Select((sample, number) => which(number)
            ? new Sample(sample.User, new(sample.Request.Id, sample.Request.AtMs, sample.Request.HistoryEvents, sample.Request.Candidates, [label, 0]))
            : sample)];
}
