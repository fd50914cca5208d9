using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>What callers of a gateway ask, over HTTP.</summary>
internal sealed class GridCaller(HttpClient http)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Appends events.</summary>
    /// <returns>How many were accepted.</returns>
    /// <exception cref="HttpRequestException">The answer was not an acknowledgement, or there was none.</exception>
    public async Task<int> AppendAsync(string userId, IEnumerable<OracleEvent> events, CancellationToken cancellationToken)
    {
        var body = new
        {
            events = events.Select(e => new { itemId = e.ItemId, action = e.Action, at = e.AtMs, features = e.Sides }),
        };
        using var response = await http.PostAsJsonAsync($"v1/users/{Uri.EscapeDataString(userId)}/events", body, cancellationToken);
        return (await BodyAsync(response, cancellationToken))["accepted"]!.GetValue<int>();
    }

    /// <summary>All events that the grid keeps of a user, oldest first.</summary>
    public async Task<List<OracleEvent>> HistoryAsync(string userId)
    {
        var events = new List<OracleEvent>();
        for (long? before = null; ;)
        {
            using var response = await http.GetAsync($"v1/users/{Uri.EscapeDataString(userId)}/history?limit=1000{(before is null ? "" : $"&before={before}")}", Token);
            var page = await BodyAsync(response, Token);
            events.AddRange(page["events"]!.AsArray().Select(e => new OracleEvent(
                e!["itemId"]!.GetValue<string>(),
                e["action"]!.GetValue<string>(),
                e["at"]!.GetValue<long>(),
                e["features"]!.AsObject().ToDictionary(f => f.Key, f => f.Value!.GetValue<string>()))));
            if (page["next"] is not { } next)
            {
                events.Reverse();
                return events;
            }

            before = next.GetValue<long>();
        }
    }

    /// <summary>Logits of a request, shape <c>[C, tasks]</c>, row-major.</summary>
    public async Task<List<double>> LogitsAsync(string userId, IEnumerable<OracleCandidate> candidates, long atMs) => (await ScoreAsync(userId, candidates, atMs)).Logits;

    /// <summary>Scores candidates.</summary>
    /// <exception cref="HttpRequestException">They were not scored, or there was no answer.</exception>
    public async Task<Scored> ScoreAsync(string userId, IEnumerable<OracleCandidate> candidates, long atMs)
    {
        var body = new
        {
            userId,
            candidates = candidates.Select(c => new { itemId = c.ItemId, features = c.Sides }),
            at = atMs,
            timeoutMs = 60_000,
        };
        using var response = await http.PostAsJsonAsync("v1/score", body, Token);
        var answer = await BodyAsync(response, Token);
        var scores = answer["items"]!.AsArray().SelectMany(item => item!["scores"]!.AsObject().Select(s => (double)s.Value!.GetValue<float>()));
        return new(
            answer["modelVersion"]!.GetValue<string>(), answer["userEvents"]!.GetValue<int>(), answer["cache"]!.GetValue<string>() == "warm", [.. scores.Select(p => Math.Log(p / (1 - p)))]);
    }

    /// <summary>The silo that holds a user.</summary>
    public async Task<string> SiloOfAsync(string userId) => (await StatusAsync(userId)).Silo;

    /// <summary>Where a user is, and in what memory.</summary>
    public async Task<(string Silo, string Tier)> StatusAsync(string userId)
    {
        using var response = await http.GetAsync($"v1/users/{Uri.EscapeDataString(userId)}", Token);
        var status = await BodyAsync(response, Token);
        return (status["silo"]!.GetValue<string>(), status["tier"]!.GetValue<string>());
    }

    /// <summary>Erases a user.</summary>
    /// <exception cref="HttpRequestException">The answer was not that it is done, or there was none.</exception>
    public async Task ForgetAsync(string userId)
    {
        using var response = await http.DeleteAsync($"v1/users/{Uri.EscapeDataString(userId)}", Token);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Asks for a version to serve, as often as it is told that it is on its way.</summary>
    /// <exception cref="HttpRequestException">It cannot serve, or there was no answer.</exception>
    public Task ActivateAsync(string version) => ActivateAsync(version, percent: 100);

    /// <summary>Asks for a version to serve a part of the users, as often as it is told that it is on its way.</summary>
    /// <exception cref="HttpRequestException">It cannot serve, or there was no answer.</exception>
    public async Task ActivateAsync(string version, int percent)
    {
        for (var state = ""; state != (percent < 100 ? "canary" : "active");)
        {
            using var response = await http.PostAsync($"v1/models/{version}/activate?percent={percent}", null, Token);
            state = (await BodyAsync(response, Token))["state"]!.GetValue<string>();
        }
    }

    /// <summary>Which version is active, and what is on its way, by version.</summary>
    public async Task<(string? Active, Dictionary<string, string> Rollouts)> ModelsAsync()
    {
        using var response = await http.GetAsync("v1/models", Token);
        var list = await BodyAsync(response, Token);
        return (
            list["active"]?.GetValue<string>(),
            list["models"]!.AsArray().Where(model => model!["rollout"] is not null).ToDictionary(model => model!["version"]!.GetValue<string>(), model => model!["rollout"]!.GetValue<string>()));
    }

    /// <summary>The canary as it is listed; <see langword="null"/> without one.</summary>
    public async Task<(string Version, int Percent)?> CanaryAsync()
    {
        using var response = await http.GetAsync("v1/models", Token);
        return (await BodyAsync(response, Token))["canary"] is { } canary ? (canary["version"]!.GetValue<string>(), canary["percent"]!.GetValue<int>()) : null;
    }

    /// <summary>The versions that silos serve with.</summary>
    public async Task<List<string?>> VersionsOfSilosAsync()
    {
        using var response = await http.GetAsync("v1/cluster", Token);
        return [.. (await BodyAsync(response, Token))["silos"]!.AsArray().Where(silo => silo!["serving"] is not null).Select(silo => silo!["serving"]!["modelVersion"]?.GetValue<string>())];
    }

    /// <summary>The id of the silo at an address.</summary>
    public async Task<string> SiloIdAsync(string address) => (await SiloAsync(address))["silo"]!.GetValue<string>();

    /// <summary>The name, as a user's status tells it, of the silo at an address.</summary>
    public async Task<string> SiloNameAsync(string address) => (await SiloAsync(address))["name"]!.GetValue<string>();

    private async Task<JsonNode> SiloAsync(string address)
    {
        using var response = await http.GetAsync("v1/cluster", Token);
        return (await BodyAsync(response, Token))["silos"]!.AsArray().Single(silo => silo!["silo"]!.GetValue<string>().StartsWith(address + "@", StringComparison.Ordinal))!;
    }

    private static async Task<JsonNode> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted
            ? JsonNode.Parse(text)!
            : throw new HttpRequestException($"{(int)response.StatusCode}: {text}");
    }
}
