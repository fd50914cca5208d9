namespace Longer.Grid.Training.Tests;

public sealed class CountingBaselinesTests
{
    // i1: a at 1, b at 2 and 5. i2: a at 3 and 4.
    private static readonly TrainingSet Set = DataSet.Join(
        EventLog.Of([Seen("a", "i1", 1000), Seen("b", "i1", 2000), Seen("a", "i2", 3000), Seen("a", "i2", 4000), Seen("b", "i1", 5000)]),
        ["like", "share"],
        [],
        SampleSource.Impressions,
        [
            new("r1", "a", 1_600_000_000_000 + 4000, [Shown("i1"), Shown("i2"), Shown("i3")], [1, 0, 0, 1, 0, float.NaN]),
            new("r2", "c", 1_600_000_000_000 + 5000, [Shown("i1")], [0, 0]),
            new("r3", "b", 1_600_000_000_000 + 6000, [Shown("i1"), Shown("i2")], [1, 1, 0, 0]),
        ]).Samples;

    [Fact]
    public void Popularity_counts_what_anyone_did_strictly_before()
    {
        var scored = CountingBaselines.Popularity(Set, Set.SamplesByTime(), task: 0);

        Assert.Equal([("a", 2f, true), ("a", 1f, false), ("a", 0f, false), ("c", 2f, false), ("b", 3f, true), ("b", 2f, false)], Tuples(scored));
    }

    [Fact]
    public void An_own_count_knows_the_user_alone()
    {
        var scored = CountingBaselines.OwnCount(Set.SamplesByTime(), task: 0);

        Assert.Equal([("a", 1f, true), ("a", 1f, false), ("a", 0f, false), ("c", 0f, false), ("b", 2f, true), ("b", 0f, false)], Tuples(scored));
    }

    [Fact]
    public void Candidates_whose_label_is_not_known_in_a_task_are_left_out_of_it() =>
        Assert.Equal(
            [("a", 1f, false), ("a", 1f, true), ("c", 0f, false), ("b", 2f, true), ("b", 0f, false)], Tuples(CountingBaselines.OwnCount(Set.SamplesByTime(), task: 1)));

    private static IEnumerable<(string, float, bool)> Tuples(IEnumerable<ScoredCandidate> scored) => scored.Select(s => (s.UserId, s.Logit, s.Label));

    private static BehaviorRecord Seen(string user, string item, long atMs) => new(user, item, "view", 1_600_000_000_000 + atMs, []);

    private static RequestCandidate Shown(string item) => new(item, []);
}
