using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Longer.Grid.Gateway;

/// <summary>
/// Gives a body to what the server refuses before there is a request for any middleware: a head that is not HTTP, too long or too slow.
/// The server answers by status alone; it tells of the reason in an event, and ends the connection.
/// </summary>
internal sealed class RejectedRequests(TimeProvider time) : IObserver<KeyValuePair<string, object?>>
{
    private const string Rejected = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";
    private const int ShownChars = 300;

    /// <summary>Puts a writer of ours under a connection.</summary>
    public static ConnectionDelegate Under(ConnectionDelegate next) => async connection =>
    {
        var transport = connection.Transport;
        var writer = new AnswerWriter(transport.Output);
        connection.Features.Set(writer);
        connection.Transport = new Duplex(transport.Input, writer);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    };

    /// <summary>Hears of refused requests, and of nothing else.</summary>
    public IDisposable Watch(DiagnosticListener server) => server.Subscribe(this, static name => name == Rejected);

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        // Not where the answer is under way or was ours; not inside TLS or HTTP/2, whose bytes are not the connection's.
        if (value.Value is IFeatureCollection features
            && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException error
            && features.Get<AnswerWriter>() is { } writer
            && features.Get<IHttpResponseFeature>() is { HasStarted: false } response
            && features.Get<ITlsHandshakeFeature>() is null
            && features.Get<IHttp2StreamIdFeature>() is null)
        {
            writer.WriteInstead(Answer(ProblemOf(error), features.Get<IHttpRequestFeature>()?.Method, response.Headers.Allow.ToString()));
        }
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    private static Problem ProblemOf(BadHttpRequestException error)
    {
        var type = error.StatusCode switch
        {
            StatusCodes.Status405MethodNotAllowed => ProblemType.MethodNotAllowed,
            StatusCodes.Status408RequestTimeout => ProblemType.RequestTooSlow,
            StatusCodes.Status413PayloadTooLarge => ProblemType.BodyTooLarge,
            StatusCodes.Status414UriTooLong => ProblemType.TargetTooLong,
            StatusCodes.Status431RequestHeaderFieldsTooLarge => ProblemType.HeadersTooLarge,
            StatusCodes.Status505HttpVersionNotsupported => ProblemType.UnsupportedVersion,
            var status => ProblemType.MalformedRequest with { Status = status },
        };
        return new(type, RawPath.Shown(error.Message, ShownChars));
    }

    private byte[] Answer(Problem problem, string? method, string allow)
    {
        var requestId = Guid.NewGuid().ToString("N");
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            problem.Write(json, requestId);
        }

        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {problem.Type.Status} {ReasonPhrases.GetReasonPhrase(problem.Type.Status)}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Connection: close\r\nDate: {time.GetUtcNow():R}\r\nX-Request-Id: {requestId}\r\n")
            .Append(allow.Length > 0 ? $"Allow: {allow}\r\n" : "")
            .Append(CultureInfo.InvariantCulture, $"Content-Type: application/problem+json\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. method == HttpMethods.Head ? [] : body.ToArray()];
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
