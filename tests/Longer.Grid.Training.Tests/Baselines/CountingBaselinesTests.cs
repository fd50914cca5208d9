using System.Globalization;
using System.Text;

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
        var scored = CountingBaselines.OwnCount(Set, Set.SamplesByTime(), task: 0);

        Assert.Equal([("a", 1f, true), ("a", 1f, false), ("a", 0f, false), ("c", 0f, false), ("b", 2f, true), ("b", 0f, false)], Tuples(scored));
    }

    [Fact]
    public void Candidates_whose_label_is_not_known_in_a_task_are_left_out_of_it() =>
        Assert.Equal(
            [("a", 1f, false), ("a", 1f, true), ("c", 0f, false), ("b", 2f, true), ("b", 0f, false)], Tuples(CountingBaselines.OwnCount(Set, Set.SamplesByTime(), task: 1)));

    // a skips i1 twice and likes i2 once, b likes and shares i2; then each is asked about both.
    [Fact]
    public void Where_outcomes_are_among_the_events_only_those_that_say_yes_in_the_task_count()
    {
        var set = Of(
            ["a,i1,skip,1", "a,i1,skip,2", "a,i2,like,3", "b,i2,like,4", "b,i2,post,5", "a,i1,like,9", "a,i2,skip,9", "b,i1,skip,9", "b,i2,like,9"],
            """{ "like": { "positive": ["like"], "negative": ["skip"] }, "share": { "positive": ["send", "post"], "negative": ["skip", "like"] } }""");
        var asked = set.SamplesByTime().TakeLast(2).ToList();

        Assert.Equal([("a", 0f), ("a", 2f), ("b", 0f), ("b", 2f)], Counted(CountingBaselines.Popularity(set, asked, task: 0)));
        Assert.Equal([("a", 0f), ("a", 1f), ("b", 0f), ("b", 1f)], Counted(CountingBaselines.OwnCount(set, asked, task: 0)));
        Assert.Equal([("a", 0f), ("a", 1f), ("b", 0f), ("b", 1f)], Counted(CountingBaselines.Popularity(set, asked, task: 1)));
        Assert.Equal([("a", 0f), ("a", 0f), ("b", 0f), ("b", 1f)], Counted(CountingBaselines.OwnCount(set, asked, task: 1)));
    }

    [Fact]
    public void Where_negatives_are_sampled_the_same_holds_and_without_a_rule_any_action_counts()
    {
        var rows = Enumerable.Range(0, 40).Select(i => $"u{i % 4},i{i * 7 % 9},{(i % 5 == 0 ? "cancel" : "buy")},{i}").ToArray();

        Assert.Equal(["buy"], Of(rows, """{ "next": { "positive": ["buy"] } }""").PositiveActions["next"]);
        Assert.Empty(Of(rows, "{}").PositiveActions);
        Assert.Empty(Set.PositiveActions);
    }

    // Times in rows are seconds since the start.
    private static TrainingSet Of(string[] rows, string tasks)
    {
        using var folder = new TemporaryFolder();
        var events = folder.Write("e.csv", string.Join('\n', rows
            .Select(row => row.Split(','))
            .Select(row => $"{row[0]},{row[1]},{row[2]},{1_600_000_000 + int.Parse(row[3], CultureInfo.InvariantCulture)}")
            .Prepend("u,i,a,t")) + "\n");
        var schema = DataSchemaJson.Parse(
            Encoding.UTF8.GetBytes($$"""{ "events": { "user": "u", "item": "i", "action": "a", "at": { "column": "t", "unit": "s" } }, "tasks": {{tasks}} }"""), "schema.json");
        return DataSet.FromFiles(new() { EventFiles = [events], Schema = schema }, TimeProvider.System).Samples;
    }

    private static IEnumerable<(string, float)> Counted(IEnumerable<ScoredCandidate> scored) => scored.Select(s => (s.UserId, s.Logit));

    private static IEnumerable<(string, float, bool)> Tuples(IEnumerable<ScoredCandidate> scored) => scored.Select(s => (s.UserId, s.Logit, s.Label));

    private static BehaviorRecord Seen(string user, string item, long atMs) => new(user, item, "view", 1_600_000_000_000 + atMs, []);

    private static RequestCandidate Shown(string item) => new(item, []);
}
