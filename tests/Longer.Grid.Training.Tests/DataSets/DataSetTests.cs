using System.Globalization;
using System.Text;

namespace Longer.Grid.Training.Tests;

public sealed class DataSetTests : IDisposable
{
    private const long Start = 1_000_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The real file where it is there; always one like it, with repeats in known number.
    public static TheoryData<string?, long, long> Histories()
    {
        var data = new TheoryData<string?, long, long> { { null, 3080, 2772 } };
        if (SharedData.Find("git-history", "events.csv.gz") is { } real)
        {
            data.Add(real, 325_610, 317_951);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void Intake_drops_exactly_a_files_repeats(string? file, long rows, long accepted)
    {
        file ??= _folder.WriteGzipped("events.csv.gz", "user,item,action,at_seconds,dir,ext\n" + string.Concat(
            Enumerable.Range(0, 3080).Select(i => $"u{i % 7},{i % 11},modify,{Start + (i % 2772)},src,cs\n")));

        var log = EventLog.Of(new EventReader(DataSchemaJson.GitHistory, TimeProvider.System).Read([file]));

        // 2772 = 36 * 7 * 11, so that the last 308 rows have the user, the item and the time of the first 308.
        Assert.Equal(rows, log.Report.Rows);
        Assert.Equal(accepted, log.Report.Accepted);
        Assert.Equal(accepted, log.Users.Sum(u => (long)u.History.Count));
        Assert.All(log.Users, u => Assert.Equal(u.History.CopyTimesMs().Order(), u.History.CopyTimesMs()));
    }

    [Fact]
    public void Impressions_become_requests_on_the_events_strictly_before_them()
    {
        var events = Write("e.csv", "user,item,action,at_seconds,dir,ext", "u,1,add,0,s,cs", "u,2,add,5,s,cs", "u,3,add,5,s,cs", "u,4,add,9,s,cs");
        var shown = Write(
            "i.csv", "request,user,item,at_seconds,dir,ext,touched",
            "r2,u,1,6,s,cs,1", "r1,u,1,5,s,cs,0", "r2,u,9,6,,cs,0", "r3,new,7,7,s,cs,", "r1,u,2,5,s,cs,1");

        var set = DataSet.FromFiles(new() { EventFiles = [events], ImpressionFiles = [shown], Schema = DataSchemaJson.GitHistory }, TimeProvider.System).Samples;

        Assert.Equal((SampleSource.Impressions, "touched", 6), (set.Source, set.Tasks[0], set.DistinctItems));
        var user = set.Users[0];
        Assert.Equal(["r1", "r2"], user.Requests.Select(r => r.Id));
        Assert.Equal([1, 3], user.Requests.Select(r => r.HistoryEvents));
        Assert.Equal([0f, 1f], user.Requests[0].Labels.ToArray());
        Assert.Equal(["1", "9"], user.Requests[1].Candidates.Select(c => c.ItemId));
        Assert.Equal(["ext"], user.Requests[1].Candidates[1].Features.Sides.Select(s => s.Key));
        Assert.Equal(("new", 0, 0), (set.Users[1].UserId, set.Users[1].History.Count, set.Users[1].Requests[0].HistoryEvents));
        Assert.Equal(float.NaN, set.Users[1].Requests[0].Label(0, 0));
    }

    [Theory]
    [InlineData("r1,v,2,5,s,cs,1", "i.csv:3: request \"r1\" has another user or time here than in ")]
    [InlineData("r1,u,2,6,s,cs,1", "i.csv:3: request \"r1\" has another user or time here than in ")]
    [InlineData("r1,u,2,5,s,cs,2", "i.csv:3: touched is \"2\"; accepted is 0, 1 or nothing")]
    public void A_bad_impression_is_named_with_file_and_line(string row, string expected)
    {
        var events = Write("e.csv", "user,item,action,at_seconds,dir,ext", "u,1,add,0,s,cs");
        var shown = Write("i.csv", "request,user,item,at_seconds,dir,ext,touched", "r1,u,1,5,s,cs,0", row);

        var error = Assert.Throws<DataSetException>(
            () => DataSet.FromFiles(new() { EventFiles = [events], ImpressionFiles = [shown], Schema = DataSchemaJson.GitHistory }, TimeProvider.System));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outcomes_among_the_events_label_their_own_items_for_each_task()
    {
        var schema = Schema("""{ "like": { "positive": ["like"], "negative": ["skip"] }, "share": { "positive": ["send"], "negative": ["skip", "like"] } }""");
        var events = Write("e.csv", "u,i,a,t", "u,1,view,0", "u,2,like,1", "u,3,skip,1", "u,4,send,2", "v,5,view,0");

        var set = DataSet.FromFiles(new() { EventFiles = [events], Schema = schema }, TimeProvider.System).Samples;

        Assert.Equal(SampleSource.Outcomes, set.Source);
        Assert.Equal(["like", "share"], set.Tasks);
        var requests = set.Users[0].Requests;
        Assert.Equal([1, 3], requests.Select(r => r.HistoryEvents));
        Assert.Equal(["2", "3"], requests[0].Candidates.Select(c => c.ItemId));
        Assert.Equal([1f, 0f, 0f, 0f], requests[0].Labels.ToArray());
        Assert.Equal([float.NaN, 1f], requests[1].Labels.ToArray());
        Assert.Empty(set.Users[1].Requests);
    }

    [Fact]
    public void Sampled_negatives_are_what_others_took_lately_and_known_items_only_are_shown()
    {
        var schema = Schema("""{ "buy": { "positive": ["buy"] } }""");
        var rows = Enumerable.Range(0, 2000).Select(i => $"u{i % 10},{(i * 7919) % 97},{(i % 5 == 0 ? "cancel" : "buy")},{i / 4}").ToArray();
        var events = Write("e.csv", ["u,i,a,t", .. rows]);

        var set = DataSet.FromFiles(new() { EventFiles = [events], Schema = schema }, TimeProvider.System).Samples;

        Assert.Equal((SampleSource.SampledNegatives, "buy"), (set.Source, set.Tasks[0]));
        Assert.All(set.SamplesByTime(), sample =>
        {
            var bought = Rows(sample.User.UserId, sample.Request.AtMs, same: true).ToHashSet();
            var known = Rows(null, sample.Request.AtMs, same: false).ToHashSet();
            for (var c = 0; c < sample.Request.Candidates.Count; c++)
            {
                var item = sample.Request.Candidates[c].ItemId;
                Assert.Equal(bought.Contains(item), sample.Request.Label(c, 0) == 1);
                Assert.Contains(item, known);
            }

            Assert.Equal(sample.Request.Candidates.Count, sample.Request.Candidates.Select(c => c.ItemId).Distinct().Count());
        });
        Assert.InRange(set.SamplesByTime().Average(s => s.Request.Labels.ToArray().Average()), 0.19, 0.22);

        IEnumerable<string> Rows(string? user, long atMs, bool same) => rows.Select(r => r.Split(','))
            .Where(r => r[2] == "buy" && (user is null || r[0] == user))
            .Where(r => same ? Ms(r[3]) == atMs : Ms(r[3]) < atMs)
            .Select(r => r[1]);
    }

    [Fact]
    public void Sampling_again_draws_the_same_and_another_seed_draws_others()
    {
        var rows = Enumerable.Range(0, 1000).Select(i => $"u{i % 10},{(i * 7919) % 97},buy,{i}").ToArray();
        var events = Write("e.csv", ["u,i,a,t", .. rows]);

        Assert.Equal(Shown(1), Shown(1));
        Assert.NotEqual(Shown(1), Shown(2));
        Assert.InRange(DataSet.FromFiles(Options(1) with { Negatives = new() { MostRequests = 100 } }, TimeProvider.System).Samples.SamplesByTime().Count, 80, 100);

        DataSetOptions Options(ulong seed) => new() { EventFiles = [events], Schema = Schema("{}"), Negatives = new() { Seed = seed } };
        List<string> Shown(ulong seed) =>
            [.. DataSet.FromFiles(Options(seed), TimeProvider.System).Samples.SamplesByTime().SelectMany(s => s.Request.Candidates.Select(c => c.ItemId))];
    }

    [Fact]
    public void A_set_without_a_request_is_refused()
    {
        var events = Write("e.csv", "u,i,a,t", "u,1,view,0");

        Assert.Throws<DataSetException>(() => DataSet.FromFiles(new() { EventFiles = [events], Schema = Schema("{}") }, TimeProvider.System));
    }

    [Fact]
    public void The_real_history_becomes_its_forty_thousand_requests()
    {
        // Where the real data is absent, a set of the same shape stands for it.
        var events = SharedData.Find("git-history", "events.csv.gz")
            ?? Write("e.csv", ["user,item,action,at_seconds,dir,ext", .. Enumerable.Range(0, 679).Select(i => $"u{i},{i},add,{i},s,cs")]);
        var shown = SharedData.Find("git-history", "impressions.csv.gz")
            ?? Write("i.csv", ["request,user,item,at_seconds,dir,ext,touched", .. Enumerable.Range(0, 40_000).Select(i => $"{i},u{i % 679},1,{i},s,cs,1")]);

        var set = DataSet.FromFiles(new() { EventFiles = [events], ImpressionFiles = [shown], Schema = DataSchemaJson.GitHistory }, TimeProvider.System).Samples;
        var split = RequestSplit.Of(set, new SplitRule());

        Assert.Equal(40_000, set.SamplesByTime().Count);
        Assert.Equal(679, set.Users.Count);
        Assert.Equal(6_000, split.Test.Count, tolerance: 50);
        Assert.All(set.SamplesByTime(), s =>
        {
            var times = s.User.History.CopyTimesMs();
            Assert.True(s.Request.HistoryEvents == 0 || times[s.Request.HistoryEvents - 1] < s.Request.AtMs);
            Assert.True(s.Request.HistoryEvents == times.Length || times[s.Request.HistoryEvents] >= s.Request.AtMs);
        });
    }

    private static long Ms(string seconds) => (Start + long.Parse(seconds, CultureInfo.InvariantCulture)) * 1000;

    private static DataSchema Schema(string tasks) => DataSchemaJson.Parse(
        Encoding.UTF8.GetBytes($$"""{ "events": { "user": "u", "item": "i", "action": "a", "at": { "column": "t", "unit": "s" } }, "tasks": {{tasks}} }"""), "schema.json");

    // Times in rows are seconds since the start; they stand in the column named t or at_seconds.
    private string Write(string name, params string[] lines)
    {
        var header = lines[0].Split(',');
        var at = Array.FindIndex(header, h => h is "t" or "at_seconds");
        var rows = lines.Skip(1).Select(line => line.Split(',').Select((field, i) => i == at ? (Start + long.Parse(field, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture) : field));
        return _folder.Write(name, string.Join('\n', [lines[0], .. rows.Select(r => string.Join(',', r))]) + "\n");
    }
}
