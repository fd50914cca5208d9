namespace Longer.Grid.Training.Tests;

public sealed class LengthStudyTests
{
    private static readonly InterestSimulation World =
        new() { Users = 24, EventsPerUser = 300, QuietEvents = 100, BurstEvents = 20, RequestsPerUser = 2, CandidatesPerRequest = 10 };

    private static readonly LengthStudy Study = new(World, LengthStudy.Fit with { Epochs = 0.5, Threads = 2 }, TimeProvider.System);

    private static readonly LengthRates Rates = new(5e-3, 5e-3, 5e-3, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Models_are_compared_on_users_that_were_not_trained_on()
    {
        var run = Study.Run(3, Rates, null, Token);

        Assert.Equal(3UL, run.Seed);
        Assert.All([run.Whole, run.Truncated, run.Din], auc => Assert.InRange(auc, 0.1, 0.9));
        Assert.Equal(run.Whole - run.Truncated, run.OverTruncated.Difference, 12);
        Assert.Equal(run.Whole - run.Din, run.OverDin.Difference, 12);
        Assert.True(run.OverDin.Low <= run.OverDin.High && run.OverTruncated.Low <= run.OverTruncated.High);
    }

    [Fact]
    public void All_models_choose_from_the_same_rates_in_a_world_that_is_not_reported()
    {
        var heard = new Heard();

        var rates = Study.Tune(heard, Token);

        Assert.All([rates.Whole, rates.Truncated, rates.Din], rate => Assert.Contains(rate, LengthStudy.LearningRates));
        Assert.Equal((3, 3), (LengthStudy.LearningRates.Count, LengthStudy.Seeds.Distinct().Count()));
        Assert.DoesNotContain(LengthStudy.TuningSeed, LengthStudy.Seeds);
        Assert.Throws<ArgumentOutOfRangeException>(() => Study.Run(LengthStudy.TuningSeed, rates, null, Token));
        Assert.Equal(heard.Values.Order(), heard.Values);
        Assert.Equal(1, heard.Values[^1], 9);
    }

    [Fact]
    public void Each_models_rate_is_its_own()
    {
        var study = new LengthStudy(World, LengthStudy.Fit with { Epochs = 6, Threads = 2 }, TimeProvider.System);
        var slow = new LengthRates(1e-9, 1e-9, 1e-9, 0);
        var none = study.Run(3, slow, null, Token);

        Changed(slow with { Whole = 5e-3 }, whole: true, truncated: false, din: false);
        Changed(slow with { Truncated = 5e-3 }, whole: false, truncated: true, din: false);
        Changed(slow with { Din = 5e-3 }, whole: false, truncated: false, din: true);

        void Changed(LengthRates rates, bool whole, bool truncated, bool din)
        {
            var run = study.Run(3, rates, null, Token);
            Assert.Equal((whole, truncated, din), (run.Whole != none.Whole, run.Truncated != none.Truncated, run.Din != none.Din));
        }
    }

    [Fact]
    public void No_model_sees_cross_features()
    {
        var study = new LengthStudy(World, LengthStudy.Fit with { Epochs = 4, Threads = 2 }, TimeProvider.System);

        var run = study.Compare(CrossSet.Of(1), 3, Rates, null, Token);

        Assert.All([run.Whole, run.Truncated, run.Din], auc => Assert.InRange(auc, 0.3, 0.7));
    }

    private sealed class Heard : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
