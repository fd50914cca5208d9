using System.Net.Http.Headers;
using System.Text.Json;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>A caller of the grid: scores, appends and says what came of it, over HTTP.</summary>
internal sealed class TrafficClient : IDisposable
{
    // A cold user of thousands of events is encoded within it even on a busy machine.
    private const int TimeoutMs = 60_000;

    private readonly HttpClient _http;

    /// <summary>Calls one gateway.</summary>
    public TrafficClient(Uri url) => _http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMilliseconds(2 * TimeoutMs) };

    /// <summary>Scores a request's candidates at its time.</summary>
    /// <exception cref="CommandException">The gateway refuses it or cannot be reached.</exception>
    public async Task<LiveScores> ScoreAsync(ScoreStep step, CancellationToken stop)
    {
        using var answer = await SendAsync("v1/score", RequestJson.Score(step.UserId, step.Request.Candidates, step.Request.AtMs, TimeoutMs), stop);
        var root = answer.RootElement;
        var scores = root.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("scores").EnumerateObject().Select(s => s.Value.GetSingle()).ToArray());
        return new([.. scores], root.GetProperty("userEvents").GetInt64(), root.GetProperty("cache").GetString() == "warm");
    }

    /// <summary>Appends events; they are durable when this returns.</summary>
    /// <returns>Events that were accepted.</returns>
    /// <exception cref="CommandException">The gateway refuses it or cannot be reached.</exception>
    public async Task<int> AppendAsync(AppendStep step, CancellationToken stop)
    {
        using var answer = await SendAsync($"v1/users/{Uri.EscapeDataString(step.UserId)}/events", RequestJson.Events(step.Events), stop);
        return answer.RootElement.GetProperty("accepted").GetInt32();
    }

    /// <summary>Says what came of a request; it is durable when this returns.</summary>
    /// <param name="step">What was shown.</param>
    /// <param name="tasks">The columns of its labels.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>Outcomes that were accepted: none where nothing is known of any candidate.</returns>
    /// <exception cref="CommandException">The gateway refuses it or cannot be reached.</exception>
    public async Task<int> AddOutcomeAsync(ScoreStep step, IReadOnlyList<string> tasks, CancellationToken stop)
    {
        var shown = new LabelledRequest(step.Request.Id, step.UserId, step.Request.AtMs, step.Request.Candidates, step.Request.Labels.ToArray());
        if (ImpressionOutcomes.Of(shown, tasks) is not { } outcome)
        {
            return 0;
        }

        using var answer = await SendAsync("v1/outcomes", RequestJson.Outcome(outcome), stop);
        return answer.RootElement.GetProperty("accepted").GetInt32();
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument> SendAsync(string path, byte[] body, CancellationToken stop)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await _http.PostAsync(path, content, stop);
            return response.IsSuccessStatusCode
                ? await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(stop), default, stop)
                : throw new CommandException($"POST /{path}: {await GridProblem.TextAsync(response, stop)}");
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"POST /{path}: {e.Message}", e);
        }
    }
}
