using System.Text.Encodings.Web;
using System.Text.Json;
using Longer.Grid.Grains;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>Bodies of requests to the gateway.</summary>
internal static class RequestJson
{
    // Readable in a shell: only what JSON demands is escaped.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of <c>POST /v1/score</c>.</summary>
    /// <param name="userId">Whose history.</param>
    /// <param name="candidates">What to score.</param>
    /// <param name="atMs">The moment in Unix milliseconds; <see langword="null"/> is now.</param>
    /// <param name="timeoutMs">How long the grid may take; <see langword="null"/> is its default.</param>
    public static byte[] Score(string userId, IEnumerable<RequestCandidate> candidates, long? atMs, int? timeoutMs) => Written(json =>
    {
        json.WriteString("userId"u8, userId);
        json.WriteStartArray("candidates"u8);
        foreach (var candidate in candidates)
        {
            json.WriteStartObject();
            json.WriteString("itemId"u8, candidate.ItemId);
            Features(json, candidate.Sides);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (atMs is { } at)
        {
            json.WriteNumber("at"u8, at);
        }

        if (timeoutMs is { } timeout)
        {
            json.WriteNumber("timeoutMs"u8, timeout);
        }
    });

    /// <summary>The body of <c>POST /v1/users/{id}/events</c>.</summary>
    public static byte[] Events(IEnumerable<BehaviorRecord> events) => Written(json =>
    {
        json.WriteStartArray("events"u8);
        foreach (var one in events)
        {
            json.WriteStartObject();
            json.WriteString("itemId"u8, one.ItemId);
            json.WriteString("action"u8, one.Action);
            json.WriteNumber("at"u8, one.AtMs);
            Features(json, one.Sides);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>The body of <c>POST /v1/outcomes</c>.</summary>
    public static byte[] Outcome(Outcome outcome) => Written(json =>
    {
        json.WriteStartArray("outcomes"u8);
        json.WriteStartObject();
        json.WriteString("userId"u8, outcome.UserId);
        json.WriteNumber("at"u8, outcome.AtMs);
        json.WriteString("requestId"u8, outcome.RequestId);
        json.WriteStartArray("items"u8);
        foreach (var item in outcome.Items)
        {
            json.WriteStartObject();
            json.WriteString("itemId"u8, item.ItemId);
            Features(json, [.. item.Features.Select(feature => KeyValuePair.Create(feature.Name, feature.Id))]);
            json.WriteStartObject("labels"u8);
            foreach (var label in item.Labels)
            {
                json.WriteNumber(label.Task, label.IsPositive ? 1 : 0);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static void Features(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, string>> sides)
    {
        if (sides.Count > 0)
        {
            json.WriteStartObject("features"u8);
            foreach (var (name, value) in sides)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return body.ToArray();
    }
}
