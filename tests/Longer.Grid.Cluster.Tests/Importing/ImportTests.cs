using System.Globalization;
using System.IO.Compression;
using System.Text;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

public sealed class ImportTests
{
    private const int Seed = 31;

    private const string Schema = """
        { "events": { "user": "who", "item": "what", "action": "did", "at": { "column": "ms", "unit": "ms" }, "sides": { "artist": "artist", "tag_2": "tag" } } }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Imported_histories_give_the_same_logits_over_HTTP_as_the_oracle()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], Seed);
        var users = Histories(model.Config, count: 12);
        await WriteAsync(folder, users);

        var imported = (await ImportAsync(folder)).ShouldExitWith(0);

        var rows = users.Values.Sum(events => events.Count);
        Assert.Contains($"{rows:N0} rows read, {users.Count} users: {rows:N0} events accepted, 0 repeats dropped", imported.Output, StringComparison.Ordinal);
        using var grid = await RunningGrid.StartAsync(folder["data"], "--model", folder["model"]);
        foreach (var (user, events) in users)
        {
            var candidates = RandomHistories.Candidates(new Random(Seed), model.Config, events, 6);
            var atMs = events[^1].AtMs + 60_000;
            var scored = new OracleCase(new OracleUser(user, new Dictionary<string, string>()), 0, events, candidates, atMs);
            ScorerParity.Check(await grid.LogitsAsync(user, candidates, atMs), model, scored, user);
        }
    }

    [Fact]
    public async Task A_second_import_of_the_same_file_accepts_nothing()
    {
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], Seed);
        var users = Histories(model.Config, count: 3);
        // One more than an append remembers: the oldest are no longer among the newest 16,384.
        users["long"] = [.. Enumerable.Range(0, EventIntake.DuplicateWindow + 3_000)
            .Select(i => new OracleEvent($"{i % 977}", "play", 1_600_000_000_000 + (i * 1_000L), new Dictionary<string, string>()))];
        await WriteAsync(folder, users);
        var rows = users.Values.Sum(events => events.Count);

        var first = (await ImportAsync(folder)).ShouldExitWith(0);
        var second = (await ImportAsync(folder)).ShouldExitWith(0);

        Assert.Contains($"{rows:N0} events accepted, 0 repeats dropped", first.Output, StringComparison.Ordinal);
        Assert.Contains($"0 events accepted, {rows:N0} repeats dropped", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Impressions_are_imported_as_outcomes_and_counted_once_also_when_they_come_over_HTTP()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        await File.AppendAllTextAsync(folder["impressions.csv"], "unknown,someone,item 1,1600000000000,g1,\npart,someone,item 2,1600000000000,,\npart,someone,item 3,1600000000000,g3,1\n", Token);

        var first = (await GridCommand.RunAsync(["import", "--data", folder["data"], .. TinyData.Arguments(folder)])).ShouldExitWith(0);
        var second = (await GridCommand.RunAsync(["import", "--data", folder["data"], .. TinyData.Arguments(folder)])).ShouldExitWith(0);

        Assert.Contains("377 impressions read: 376 outcomes accepted, 0 repeats dropped, 1 without a label", first.Output, StringComparison.Ordinal);
        Assert.Contains("377 impressions read: 0 outcomes accepted, 376 repeats dropped, 1 without a label", second.Output, StringComparison.Ordinal);
        using var grid = await RunningGrid.StartAsync(folder["data"]);
        using var http = new HttpClient { BaseAddress = grid.Url };
        using var same = new StringContent(
            """{"outcomes":[{"userId":"someone","requestId":"part","at":1600000000000,"items":[{"itemId":"item 3","features":{"genre":"g3"},"labels":{"touched":1}}]}]}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("v1/outcomes", same, Token);
        Assert.Equal("""{"accepted":0,"duplicates":1}""", await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Impressions_that_the_schema_does_not_describe_are_refused_and_nothing_is_imported()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, Histories(RandomModels.Of(Seed).Config, count: 1));

        var line = (await GridCommand.RunAsync(
            "import", "--data", folder["data"], "--events", folder["events.csv.gz"], "--impressions", folder["events.csv.gz"], "--schema", folder["schema.json"])).ShouldFailInOneLine();

        Assert.Contains("\"impressions\"", line, StringComparison.Ordinal);
        using var grid = await RunningGrid.StartAsync(folder["data"]);
        Assert.Empty(await grid.HistoryAsync("user 0"));
    }

    [Fact]
    public async Task A_folder_that_is_being_served_is_not_imported_into()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, Histories(RandomModels.Of(Seed).Config, count: 2));
        using var grid = await RunningGrid.StartAsync(folder["data"]);

        var line = (await ImportAsync(folder)).ShouldFailInOneLine();

        Assert.Contains(folder["data"], line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_row_is_named_by_file_and_line_and_nothing_is_imported()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder, Histories(RandomModels.Of(Seed).Config, count: 1));
        await File.WriteAllTextAsync(folder["events.csv"], "who,what,did,ms,artist,tag\nu,i,play,1700000000000,,\nu,i,play,yesterday,,\n", Token);

        var line = (await ImportAsync(folder, "events.csv")).ShouldFailInOneLine();

        Assert.Contains("events.csv", line, StringComparison.Ordinal);
        Assert.Contains("3", line, StringComparison.Ordinal);
        Assert.Contains("yesterday", line, StringComparison.Ordinal);
        using var grid = await RunningGrid.StartAsync(folder["data"]);
        Assert.Empty(await grid.HistoryAsync("u"));
    }

    [Fact]
    public async Task A_hundred_thousand_events_are_imported_and_served()
    {
        using var folder = new TemporaryFolder();
        var users = Enumerable.Range(0, 500).ToDictionary(
            user => $"u{user}",
            user => Enumerable.Range(0, 200).Select(i => new OracleEvent($"{(i * 31) + user}", "play", 1_600_000_000_000 + (i * 60_000L), new Dictionary<string, string>())).ToList());
        await WriteAsync(folder, users);

        (await ImportAsync(folder)).ShouldExitWith(0);

        using var grid = await RunningGrid.StartAsync(folder["data"]);
        Assert.Equal(users["u7"].Select(e => e.ItemId), (await grid.HistoryAsync("u7")).Select(e => e.ItemId));
    }

    private static Task<GridResult> ImportAsync(TemporaryFolder folder, string events = "events.csv.gz") =>
        GridCommand.RunAsync("import", "--data", folder["data"], "--events", folder[events], "--schema", folder["schema.json"]);

    // In time order without repeats, so that a history is its file's rows; ids and sides reach the contract's corners.
    private static Dictionary<string, List<OracleEvent>> Histories(LongerConfig config, int count) => Enumerable.Range(0, count).ToDictionary(
        user => $"user {user}",
        user =>
        {
            var (random, atMs) = (new Random(user), 1_600_000_000_000);
            return RandomHistories.Events(random, config, random.Next(1, 3 * (int)config.RetainedEvents))
                .Select(e => e with { AtMs = atMs += random.Next(1, 100_000_000), Sides = Named(e.Sides) })
                .ToList();
        });

    private static Dictionary<string, string> Named(IReadOnlyDictionary<string, string> sides) =>
        sides.Where(side => side.Key is "artist" or "tag_2").ToDictionary(side => side.Key, side => side.Value);

    private static async Task WriteAsync(TemporaryFolder folder, Dictionary<string, List<OracleEvent>> users)
    {
        await File.WriteAllTextAsync(folder["schema.json"], Schema, Token);
        await using var file = new GZipStream(File.Create(folder["events.csv.gz"]), CompressionLevel.Fastest);
        await using var csv = new StreamWriter(file, new UTF8Encoding(false));
        await csv.WriteLineAsync("who,what,did,ms,artist,tag");
        foreach (var (user, e) in users.SelectMany(user => user.Value.Select(e => (user.Key, e))).OrderBy(row => row.e.AtMs))
        {
            string[] row = [user, e.ItemId, e.Action, e.AtMs.ToString(CultureInfo.InvariantCulture), e.Sides.GetValueOrDefault("artist", ""), e.Sides.GetValueOrDefault("tag_2", "")];
            await csv.WriteLineAsync(string.Join(',', row.Select(field => $"\"{field}\"")));
        }
    }
}
