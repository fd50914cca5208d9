using System.Text;
using System.Text.Json;

namespace Longer.Grid.Silo;

/// <summary>An error answer of a gateway (RFC 9457), as text.</summary>
internal static class GridProblem
{
    /// <summary>The detail, then each error on a line of its own where there is more than the detail says.</summary>
    public static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(body);
            var problem = json.RootElement;
            var text = new StringBuilder(problem.GetProperty("title").GetString()).Append(": ").Append(problem.GetProperty("detail").GetString());
            if (problem.TryGetProperty("errors", out var errors) && errors.GetArrayLength() > 1)
            {
                foreach (var error in errors.EnumerateArray())
                {
                    text.Append("\n  ").Append(error.GetProperty("path").GetString()).Append(": ").Append(error.GetProperty("detail").GetString());
                }
            }

            return text.ToString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not one of ours: a proxy between, or another server.
            return $"{(int)response.StatusCode} {response.ReasonPhrase}: {(body.Length > 300 ? body[..300] + "…" : body)}";
        }
    }
}
