using Longer.Grid.Model;
using Longer.Grid.Oracle;
using Longer.Grid.Training;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A model trained on files and served: import and HTTP lose nothing on the way from a file's impression to a logit.</summary>
public sealed class TrainedModelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Impressions_of_a_file_score_over_import_and_HTTP_as_in_training()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        var last = await AskAtTheEndAsync(folder);
        (await GridCommand.RunAsync(["train", .. TinyData.Arguments(folder), "--out", folder["model"], "--epochs", "1"])).ShouldExitWith(0);
        (await GridCommand.RunAsync(["import", "--data", folder["data"], .. TinyData.EventArguments(folder)])).ShouldExitWith(0);

        var set = DataSet.FromFiles(
            new() { EventFiles = [folder["events.csv"]], ImpressionFiles = [folder["impressions.csv"]], Schema = DataSchemaJson.Load(folder["schema.json"]) }, TimeProvider.System).Samples;
        var package = ModelPackage.Load(folder["model"]);
        using var module = new LongerModule(package.Config, package.Weights);
        using var grid = await RunningGrid.StartAsync(folder["data"], "--model", folder["model"]);
        var compared = 0;
        foreach (var user in set.Users)
        {
            foreach (var request in user.Requests.Where(request => last.Contains(request.Id)))
            {
                Assert.Equal(user.History.Count, request.HistoryEvents);
                var expected = Assert.Single(await new ModuleScorer(module).ScoreAsync(user, [request], Token));
                var actual = await grid.LogitsAsync(
                    user.UserId, request.Candidates.Select(c => new OracleCandidate(c.ItemId, c.Sides.ToDictionary(s => s.Key, s => s.Value))), request.AtMs);

                Assert.Equal(expected.Length, actual.Count);
                Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, ScorerParity.Tolerance));
                compared += expected.Length;
            }
        }

        // Every user, one of them new, with an own item, another's, one without a side value and one that nobody has.
        Assert.Equal(4 * last.Count, compared);
        Assert.Equal(13, last.Count);
    }

    // Adds a request of each user, and of one who has no events, a while after the last event.
    private static async Task<HashSet<string>> AskAtTheEndAsync(TemporaryFolder folder)
    {
        var events = (await File.ReadAllLinesAsync(folder["events.csv"], Token)).Skip(1).Select(row => row.Split(',')).ToList();
        var atMs = events.Max(row => long.Parse(row[3], System.Globalization.CultureInfo.InvariantCulture)) + 3_600_000;
        var users = events.GroupBy(row => row[0]).Select(user => (Name: user.Key, Own: user.Last())).ToList();
        var rows = new List<string>();
        foreach (var (name, own) in users.Append(("nobody's", users[0].Own)))
        {
            var other = users.First(user => user.Name != name).Own;
            rows.Add($"last {name},{name},{own[1]},{atMs},{own[4]},1");
            rows.Add($"last {name},{name},{other[1]},{atMs},{other[4]},0");
            rows.Add($"last {name},{name},{events[0][1]},{atMs},,0");
            rows.Add($"last {name},{name},never seen,{atMs},g9,0");
        }

        await File.AppendAllLinesAsync(folder["impressions.csv"], rows, Token);
        return [.. rows.Select(row => row.Split(',')[0])];
    }
}
