using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

public sealed class TrainerTests
{
    private static readonly TrainingSet Set = TinySet.Of(1);

    private static readonly LongerConfig Config = TinySet.Config(Set);

    private static readonly TrainingOptions Options = new() { Epochs = 6, RequestsPerStep = 16, Threads = 2, LearningRate = 5e-3 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_fit_learns_what_the_data_tell_and_later_requests_confirm_it()
    {
        var (_, metrics) = ModelTraining.Run(Set, Config, Options, new SplitRule(), TimeProvider.System, null, Token);

        Assert.True(metrics.Tasks["touched"].Auc > 0.95, $"AUC {metrics.Tasks["touched"].Auc}");
        Assert.True(metrics.Tasks["touched"].LogLoss < 0.5, $"log loss {metrics.Tasks["touched"].LogLoss}");
        Assert.Equal(200, metrics.TrainRequests + metrics.TestRequests);
        Assert.True(metrics.TrainFromMs < metrics.TestFromMs && metrics.TestFromMs < metrics.TestToMs);
    }

    [Fact]
    public void The_same_seed_and_threads_give_the_same_bits_and_another_seed_gives_others()
    {
        var first = Fitted(Options with { Epochs = 1 });
        var second = Fitted(Options with { Epochs = 1 });
        var other = Fitted(Options with { Epochs = 1, Seed = 2 });

        Assert.All(Names, name => Assert.Equal(first[name], second[name]));
        Assert.Contains(Names, name => !first[name].SequenceEqual(other[name]));
    }

    [Fact]
    public void One_thread_and_three_take_the_same_step_up_to_rounding()
    {
        var one = Fitted(OneStep with { Threads = 1 });
        var three = Fitted(OneStep with { Threads = 3 });

        // A weight moves by the sign of its gradient at first: only where that is next to nothing may rounding turn it.
        var (close, all) = (0, 0);
        foreach (var name in Names)
        {
            close += one[name].Zip(three[name]).Count(pair => Math.Abs(pair.First - pair.Second) < 1e-6);
            all += one[name].Length;
        }

        Assert.True(close > 0.98 * all, $"{close} of {all}");
    }

    [Theory]
    [InlineData(0, 0.02)] // Never less than a fiftieth, or the first step would be none.
    [InlineData(0.05, 0.5)]
    [InlineData(0.1, 1)]
    [InlineData(0.325, 0.85648232278)]
    [InlineData(0.55, 0.51)]
    [InlineData(1, 0.02)]
    public void The_learning_rate_rises_in_a_line_and_falls_in_half_a_cosine(double done, double share)
    {
        var trainer = new Trainer(Options with { WarmUp = 0.1 }, TimeProvider.System);

        Assert.Equal(share * Options.LearningRate, trainer.Rate(done), 1e-12);
    }

    // In its first step every weight that has a gradient moves by the rate.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.02)]
    public void A_fit_takes_its_steps_at_that_rate(double warmUp, double share)
    {
        var before = ModelInitializer.Random(Config, 1);

        var after = Fitted(OneStep with { WarmUp = warmUp });

        Assert.Equal(share * Options.LearningRate, after["head.in.bias"].Zip(before["head.in.bias"], (a, b) => (double)Math.Abs(a - b)).Max(), 1e-6);
    }

    [Fact]
    public void Decay_and_the_longest_gradient_are_those_of_the_options()
    {
        var plain = Fitted(Options with { Epochs = 1 });

        Assert.NotEqual(plain["head.in.weight"], Fitted(Options with { Epochs = 1, WeightDecay = 0.1 })["head.in.weight"]);
        Assert.NotEqual(plain["head.in.weight"], Fitted(Options with { Epochs = 1, ClipNorm = 0.01 })["head.in.weight"]);
    }

    [Fact]
    public void Rows_of_tables_that_no_request_reads_keep_every_bit()
    {
        var before = ModelInitializer.Random(Config, Options.Seed);
        var (after, report) = Fit(Options, Set.SamplesByTime());
        var width = Config.Item.Dim;
        var read = Set.Users.SelectMany(u => u.History.ItemKeys.ToArray().Concat(u.Requests.SelectMany(r => r.Candidates).Select(c => c.Features.ItemKey)))
            .Select(key => EntityKey.Row(key, Config.Item.Rows))
            .ToHashSet();

        var moved = Enumerable.Range(0, Config.Item.Rows)
            .Where(row => !before["item.weight"].AsSpan(row * width, width).SequenceEqual(after["item.weight"].AsSpan(row * width, width)))
            .ToHashSet();

        Assert.True(read.Count < Config.Item.Rows);
        Assert.True(moved.SetEquals(read), $"{moved.Count} rows moved, {read.Count} were read");
        var told = report.Tables.Single(table => table.Table == "item");
        Assert.Equal((Config.Item.Rows, read.Count), (told.Rows, told.Touched));
        Assert.InRange(told.PerStep, 2, read.Count);
        Assert.Equal(["item", "side.genre", "user"], report.Tables.Select(table => table.Table));
    }

    [Fact]
    public void A_label_that_is_not_known_teaches_nothing()
    {
        // What the second candidate is matters to a fit that is told what came of it, and to no other.
        Assert.True(Moved(float.NaN) < 1e-3, $"moved by {Moved(float.NaN)}");
        Assert.True(Moved(0) > 1e-2, $"moved by {Moved(0)}");

        static float Moved(float second)
        {
            var (asked, swapped) = (Fitted(Options with { Epochs = 1 }, Relabelled(second, swap: false)), Fitted(Options with { Epochs = 1 }, Relabelled(second, swap: true)));
            return asked["head.out.weight"].Zip(swapped["head.out.weight"], (a, b) => Math.Abs(a - b)).Max();
        }
    }

    // The first step makes the weights so large that every loss after it is no number.
    [Fact]
    public void Weights_that_give_no_loss_any_more_end_the_fit_and_the_learning_rate_is_named()
    {
        var error = Assert.Throws<TrainingException>(() => Fitted(Options with { LearningRate = 1e30 }));

        Assert.StartsWith("32 steps in a row were dropped after 1 taken ones; try a lower learning rate than 1E+30", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_reads_all_requests_touches_in_its_mean_what_it_touches_in_all()
    {
        var (_, report) = Fit(OneStep, Set.SamplesByTime());

        Assert.Equal((1, 0), (report.Steps, report.Dropped.Count));
        Assert.All(report.Tables, table => Assert.Equal(table.Touched, table.PerStep));
        Assert.Equal(Set.SamplesByTime().Sum(sample => sample.Request.Candidates.Count), report.Candidates);
    }

    [Fact]
    public void Nothing_to_train_on_is_an_error()
    {
        using var module = new LongerModule(Config, ModelInitializer.Random(Config, 1));

        Assert.Throws<TrainingException>(() => new Trainer(Options, TimeProvider.System).Fit(module, [], null, Token));
    }

    [Fact]
    public void A_fit_that_is_cancelled_stops_at_once()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var module = new LongerModule(Config, ModelInitializer.Random(Config, 1));

        Assert.Throws<OperationCanceledException>(() => new Trainer(Options, TimeProvider.System).Fit(module, Set.SamplesByTime(), null, cancelled.Token));
    }

    private static IEnumerable<string> Names => TensorCatalog.Of(Config).Select(spec => spec.Name);

    private static TrainingOptions OneStep => Options with { Epochs = 0.01, RequestsPerStep = 1000, WarmUp = 0 };

    private static ModelWeights Fitted(TrainingOptions options, IReadOnlyList<Sample>? samples = null) => Fit(options, samples ?? Set.SamplesByTime()).Weights;

    private static (ModelWeights Weights, TrainingReport Report) Fit(TrainingOptions options, IReadOnlyList<Sample> samples)
    {
        using var module = new LongerModule(Config, ModelInitializer.Random(Config, 1));
        var report = new Trainer(options, TimeProvider.System).Fit(module, samples, null, Token);
        return (module.ToWeights(), report);
    }

    private static List<Sample> Relabelled(float second, bool swap) =>
        [.. Set.SamplesByTime().Select(sample => new Sample(sample.User, new(
            sample.Request.Id,
            sample.Request.AtMs,
            sample.Request.HistoryEvents,
            [sample.Request.Candidates[0], swap ? sample.Request.Candidates[0] : sample.Request.Candidates[1]],
            [1, second])))];
}
