namespace Longer.Grid.Training.Tests;

public sealed class ContinuousStudyTests
{
    private const long DayMs = 86_400_000;

    private static readonly ContinuousStudyOptions Options = new()
    {
        Parts = 4,
        Slice = 16,
        First = new() { Epochs = 6, RequestsPerStep = 16, Threads = 1, LearningRate = 5e-3 },
        Online = new() { RequestsPerStep = 4, RequestsPerSpan = 2, Threads = 1, LearningRate = 5e-3 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // From the middle on, everybody takes what was passed over before.
    [Fact]
    public void Where_the_world_changes_the_one_that_goes_on_is_the_better()
    {
        var set = Changing();
        var rows = new List<ContinuousRow>();

        var all = new ContinuousStudy(set, TinySet.Config(set), Options, TimeProvider.System).Run(null, rows.Add, Token);

        Assert.Equal(4, rows.Count);
        Assert.Equal(all.Requests, rows.Sum(row => row.Requests));
        Assert.Equal(rows[0].FromMs, all.FromMs);

        // Both begin as the same model; what is measured is not trained on yet.
        Assert.Equal((rows[0].FrozenLogLoss, rows[0].FrozenAuc), (rows[0].LogLoss, rows[0].Auc));
        Assert.True(rows[^1].LogLoss < rows[^1].FrozenLogLoss && rows[^1].Auc > rows[^1].FrozenAuc, $"{rows[^1]}");
        Assert.True(all.LogLoss < all.FrozenLogLoss, $"{all}");
        Assert.InRange(all.AucGain.Difference, all.AucGain.Low, all.AucGain.High);
    }

    [Fact]
    public void Too_few_requests_for_the_parts_are_refused()
    {
        var set = Changing();

        Assert.Throws<DataSetException>(() => new ContinuousStudy(set, TinySet.Config(set), Options with { Parts = 10_000 }, TimeProvider.System).Run(null, _ => { }, Token));
    }

    private static TrainingSet Changing()
    {
        var random = new Random(2);
        var (events, requests) = (new List<BehaviorRecord>(), new List<LabelledRequest>());
        for (var step = 0; step < 600; step++)
        {
            var (user, atMs) = ($"u{random.Next(8)}", 1_600_000_000_000 + (step * DayMs));
            RequestCandidate[] candidates = [new($"i{random.Next(5)}", []), new($"i{5 + random.Next(5)}", [])];
            var taken = step < 300 ? 0 : 1;
            requests.Add(new($"r{step}", user, atMs, candidates, [1 - taken, taken]));
            events.Add(new(user, candidates[taken].ItemId, "take", atMs, []));
        }

        return DataSet.Join(EventLog.Of(events), ["taken"], [], SampleSource.Impressions, requests).Samples;
    }
}
