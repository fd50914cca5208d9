using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Longer.Grid.Cluster.Tests;

/// <summary>What a request was answered, refusals included.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The JSON that came with it; <see langword="null"/> without a body.</param>
/// <param name="RetryAfter">The header of that name.</param>
/// <param name="Took">From the sending to the last byte of the answer.</param>
internal sealed record Answered(int Status, JsonNode? Body, TimeSpan? RetryAfter, TimeSpan Took)
{
    private const string ProblemPrefix = "urn:longer-grid:problem:";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The kind of problem; <see langword="null"/> where it is none.</summary>
    public string? Problem => Body?["type"]?.GetValue<string>() is { } type && type.StartsWith(ProblemPrefix, StringComparison.Ordinal) ? type[ProblemPrefix.Length..] : null;

    /// <summary>What the problem says in words.</summary>
    public string Detail => Body?["detail"]?.GetValue<string>() ?? "";

    /// <summary>The events of the user that the answer speaks of.</summary>
    public long? UserEvents => Body?["userEvents"]?.GetValue<long>();

    public static Task<Answered> GetAsync(HttpClient http, string path) => OfAsync(() => http.GetAsync(path, Token));

    public static Task<Answered> PostAsync(HttpClient http, string path, object body) => OfAsync(() => http.PostAsJsonAsync(path, body, Token));

    /// <summary>Scores one candidate.</summary>
    public static Task<Answered> ScoreAsync(HttpClient http, string userId, int timeoutMs) =>
        PostAsync(http, "v1/score", new { userId, candidates = new[] { new { itemId = "7" } }, timeoutMs });

    /// <summary>Appends events with numbers for items, one a second.</summary>
    public static Task<Answered> AppendAsync(HttpClient http, string userId, int from, int count) =>
        AppendAsync(http, userId, Enumerable.Range(from, count).Select(i => $"{i}"), from);

    /// <summary>Appends an event of each item, one a second.</summary>
    public static Task<Answered> AppendAsync(HttpClient http, string userId, IEnumerable<string> items, int from) => PostAsync(
        http, $"v1/users/{userId}/events", new { events = items.Select((itemId, i) => new { itemId, action = "play", at = 1_700_000_000_000 + ((from + i) * 1_000L) }) });

    public override string ToString() => $"{Status} {Problem} {Detail} after {Took.TotalMilliseconds:F0} ms";

    private static async Task<Answered> OfAsync(Func<Task<HttpResponseMessage>> send)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await send();
        var text = await response.Content.ReadAsStringAsync(Token);
        return new((int)response.StatusCode, text.Length > 0 ? JsonNode.Parse(text) : null, response.Headers.RetryAfter?.Delta, Stopwatch.GetElapsedTime(started));
    }
}
