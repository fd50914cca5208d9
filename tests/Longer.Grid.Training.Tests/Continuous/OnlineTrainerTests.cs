using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

public sealed class OnlineTrainerTests
{
    private static readonly TrainingSet Set = TinySet.Of(1);

    private static readonly LongerConfig Config = TinySet.Config(Set);

    private static readonly TrainingOptions Options = new() { RequestsPerStep = 8, Threads = 2, LearningRate = 5e-3 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_trained_on_as_it_comes_tells_what_comes_next()
    {
        using var trainer = Begin(Options);
        var losses = new List<double>();
        foreach (var slice in Set.SamplesByTime().Chunk(20))
        {
            losses.Add(RankingMetrics.LogLossOf(Predictions.ByTorch(trainer.Module, slice, Options, Token)[0]));
            Assert.Empty(trainer.Train(slice, Token));
        }

        var report = trainer.TakeReport();
        Assert.Equal((200L * 2, 0), (report.Candidates, report.Dropped.Count));
        Assert.Equal((0L, 0), (trainer.TakeReport().Candidates, trainer.TakeReport().Steps));
        Assert.True(losses.TakeLast(3).Average() < 0.8 * losses[0], string.Join(", ", losses));
    }

    [Fact]
    public void Who_reads_a_checkpoint_goes_on_bit_for_bit()
    {
        var slices = Set.SamplesByTime().Chunk(50).ToArray();
        using var whole = Begin(Options);
        whole.Train(slices[0], Token);
        using var checkpoint = Written(whole);

        using var resumed = OnlineTrainer.Read(checkpoint, Options, TimeProvider.System);
        AssertSame(whole, resumed);
        whole.Train(slices[1], Token);
        resumed.Train(slices[1], Token);

        AssertSame(whole, resumed);
        Assert.Equal(Written(whole).ToArray(), Written(resumed).ToArray());
    }

    [Fact]
    public void A_step_from_a_checkpoint_without_its_moments_would_be_another()
    {
        var slices = Set.SamplesByTime().Chunk(50).ToArray();
        using var whole = Begin(Options);
        whole.Train(slices[0], Token);
        using var anew = OnlineTrainer.From(Config, whole.Module.ToWeights(), Options, TimeProvider.System);

        whole.Train(slices[1], Token);
        anew.Train(slices[1], Token);

        Assert.NotEqual(whole.Module.ToWeights()["head.out.weight"], anew.Module.ToWeights()["head.out.weight"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(2_000)]
    [InlineData(-1)]
    [InlineData(-5)]
    public void A_damaged_checkpoint_is_refused(int at)
    {
        using var trainer = Begin(Options);
        var bytes = Written(trainer).ToArray();
        bytes[at < 0 ? bytes.Length + at : at] ^= 0x40;

        Assert.Contains("training checkpoint", Assert.Throws<InvalidDataException>(() => OnlineTrainer.Read(new MemoryStream(bytes), Options, TimeProvider.System)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(-1)]
    public void A_checkpoint_that_ends_too_early_is_refused(int length)
    {
        using var trainer = Begin(Options);
        var bytes = Written(trainer).ToArray();

        Assert.Throws<InvalidDataException>(() =>
            OnlineTrainer.Read(new MemoryStream(bytes, 0, length < 0 ? bytes.Length + length : length), Options, TimeProvider.System));
    }

    [Fact]
    public void A_share_of_the_time_changes_no_bit()
    {
        var slice = Set.SamplesByTime().Take(40).ToList();
        using var all = Begin(Options);
        using var some = Begin(Options with { Share = 0.25, StepsBack = true });

        all.Train(slice, Token);
        some.Train(slice, Token);

        AssertSame(all, some);
    }

    private static OnlineTrainer Begin(TrainingOptions options) => OnlineTrainer.From(Config, ModelInitializer.Random(Config, 1), options, TimeProvider.System);

    private static MemoryStream Written(OnlineTrainer trainer)
    {
        var stream = new MemoryStream();
        trainer.Write(stream);
        stream.Position = 0;
        return stream;
    }

    private static void AssertSame(OnlineTrainer one, OnlineTrainer other)
    {
        var (a, b) = (one.Module.ToWeights(), other.Module.ToWeights());
        Assert.All(a.Specs, spec => Assert.Equal(a[spec.Name], b[spec.Name]));
    }
}
