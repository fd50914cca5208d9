namespace Longer.Grid.Training.Tests;

public sealed class ShuffledLabelsTests
{
    private static readonly IReadOnlyList<Sample> Samples = TinySet.Of(2, steps: 300).SamplesByTime();

    [Fact]
    public void Each_request_keeps_its_own_labels_in_another_order()
    {
        var shuffled = ShuffledLabels.Of(Samples, new Random(1));

        Assert.Equal(Samples.Select(s => (s.User, s.Request.Id)), shuffled.Select(s => (s.User, s.Request.Id)));
        Assert.All(Samples.Zip(shuffled), pair => Assert.Equal(pair.First.Request.Labels.ToArray().Order(), pair.Second.Request.Labels.ToArray().Order()));
        Assert.InRange(Samples.Zip(shuffled).Count(pair => pair.First.Request.Label(0, 0) == pair.Second.Request.Label(0, 0)), 0.4 * Samples.Count, 0.6 * Samples.Count);
    }

    [Fact]
    public void A_candidates_labels_of_all_tasks_stay_together()
    {
        var two = new Request("r", 1, 0, [new("a", []), new("b", []), new("c", [])], [1, float.NaN, 0, 1, 0, 0]);

        var rows = ShuffledLabels.Of([new Sample(Samples[0].User, two)], new Random(3))[0].Request.Labels.ToArray().Chunk(2).ToList();

        Assert.Equal(["0 0", "0 1", "1 NaN"], rows.Select(row => $"{row[0]} {row[1]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Requests_of_one_candidate_deal_theirs_out_among_each_other()
    {
        var singles = Enumerable.Range(0, 200).Select(i => new Sample(Samples[0].User, new($"r{i}", i, 0, [new("a", [])], [i % 2]))).ToList();

        var shuffled = ShuffledLabels.Of(singles, new Random(1));

        Assert.Equal(100, shuffled.Sum(s => s.Request.Label(0, 0)));
        Assert.InRange(singles.Zip(shuffled).Count(pair => pair.First.Request.Label(0, 0) == pair.Second.Request.Label(0, 0)), 70, 130);
    }
}
