using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Users who live on over HTTP: events are appended and outcomes reported, each acknowledged once.</summary>
/// <param name="task">What labels are of.</param>
internal sealed class ReportedTraffic(string task)
{
    private const int Users = 6;
    private const int EventsOfCall = 10;

    private int _calls;

    /// <summary>Events that were acknowledged.</summary>
    public int Events { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Sends some of both.</summary>
    public async Task SendAsync(HttpClient http, int calls)
    {
        for (var i = 0; i < calls; i++, _calls++)
        {
            var (user, at) = ($"user {_calls % Users}", 1_700_000_000_000 + (_calls * 60_000L));
            var events = Enumerable.Range(0, EventsOfCall).Select(e => new { itemId = (_calls + (e * 7)) % 50, action = "take", at = at + e });
            Assert.Equal(EventsOfCall, await CountAsync(http, $"v1/users/{Uri.EscapeDataString(user)}/events", new { events }));
            Events += EventsOfCall;
            var outcomes = Enumerable.Range(0, 4).Select(o => new
            {
                userId = user,
                at = at + EventsOfCall + o,
                requestId = $"{_calls}.{o}",
                items = Enumerable.Range(0, 3).Select(c => new { itemId = (_calls + c) % 50, labels = new Dictionary<string, int> { [task] = c == 0 ? 1 : 0 } }),
            });
            Assert.Equal(4, await CountAsync(http, "v1/outcomes", new { outcomes }));
        }
    }

    /// <summary>What the list of models says.</summary>
    public static async Task<JsonNode> ModelsAsync(HttpClient http) => JsonNode.Parse(await http.GetStringAsync("v1/models", Token))!;

    /// <summary>Waits until training has read all that was acknowledged, and until the list of models says something besides.</summary>
    public async Task<JsonNode> TrainedAsync(HttpClient http, Func<JsonNode, bool> and)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        while (true)
        {
            var models = await ModelsAsync(http);
            if (models["training"]?["totalEvents"]?.GetValue<long>() >= Events && and(models))
            {
                return models;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>Holds that each event of a line of versions counts in one of them, and returns how many there are.</summary>
    public static long AssertLine(JsonNode models)
    {
        var versions = models["models"]!.AsArray().ToDictionary(model => model!["version"]!.GetValue<string>(), model => model!);
        var (counted, newest) = (0L, true);
        for (var at = models["active"]!.GetValue<string>(); versions[at]["metrics"]?["lineage"] is { } lineage; at = versions[at]["parent"]!.GetValue<string>())
        {
            if (newest)
            {
                (counted, newest) = (lineage["total_events"]!.GetValue<long>(), false);
            }

            Assert.Equal(counted, lineage["total_events"]!.GetValue<long>());
            counted -= lineage["events"]!.GetValue<long>();
            Assert.Equal(lineage["parent"]!.GetValue<string>(), versions[at]["parent"]!.GetValue<string>());
        }

        Assert.Equal(0, counted);
        return versions.Values.Sum(model => model["metrics"]?["lineage"]?["events"]?.GetValue<long>() ?? 0);
    }

    private static async Task<int> CountAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!["accepted"]!.GetValue<int>();
    }
}
