using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Longer.Grid.Gateway;

/// <summary>An answer that says why a request was not served (RFC 9457).</summary>
internal sealed record Problem(ProblemType Type, string Detail)
{
    /// <summary>The media type of a problem.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>What is wrong, field by field, where it can be said so.</summary>
    public ImmutableArray<FieldProblem> Errors { get; init; } = [];

    /// <summary>How long to wait before the same request is worth sending again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the rest of the body is not worth reading: the connection ends with this answer.</summary>
    public bool EndsConnection { get; init; }

    /// <summary>A problem with one field.</summary>
    public static Problem Of(ProblemType type, FieldProblem error) => Of(type, [error]);

    /// <summary>A problem whose detail is its first error.</summary>
    public static Problem Of(ProblemType type, ImmutableArray<FieldProblem> errors)
    {
        var first = errors[0];
        var more = errors.Length > 1 ? $" ({errors.Length - 1} more in errors)" : "";
        return new(type, $"{first.Path}: {first.Detail}. Accepted: {first.Accepted}.{more}") { Errors = errors };
    }

    /// <summary>Writes the answer. Headers that a route has set, such as <c>Allow</c>, stay.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Type.Status;
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (Type == ProblemType.UnsupportedMediaType)
        {
            response.Headers.AcceptEncoding = "identity";
        }

        if (EndsConnection && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }

        return JsonAnswer.WriteAsync(
            context,
            ContentType,
            (Problem: this, context.TraceIdentifier),
            static (json, state) => state.Problem.Write(json, state.TraceIdentifier));
    }

    /// <summary>Writes the body of the answer.</summary>
    public void Write(Utf8JsonWriter json, string requestId)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, Type.Uri);
        json.WriteString("title"u8, Type.Title);
        json.WriteNumber("status"u8, Type.Status);
        json.WriteString("detail"u8, Detail);
        json.WriteString("requestId"u8, requestId);
        if (RetryAfter is { } wait)
        {
            json.WriteNumber("retryAfterMs"u8, (long)Math.Ceiling(wait.TotalMilliseconds));
        }

        if (!Errors.IsEmpty)
        {
            json.WriteStartArray("errors"u8);
            foreach (var error in Errors)
            {
                json.WriteStartObject();
                json.WriteString("path"u8, error.Path);
                json.WriteString("detail"u8, error.Detail);
                json.WriteString("accepted"u8, error.Accepted);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
