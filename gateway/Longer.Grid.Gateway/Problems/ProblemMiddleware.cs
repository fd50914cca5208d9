using Microsoft.AspNetCore.Connections;

namespace Longer.Grid.Gateway;

/// <summary>Names every request, and makes a problem of whatever goes wrong behind it.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private const string RequestIdHeader = "X-Request-Id";
    private const int LongestRequestId = 128;

    /// <summary>Runs a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[RequestIdHeader];
        context.TraceIdentifier = given is [{ } id] && IsSane(id) ? id : Guid.NewGuid().ToString("N");
        context.Response.Headers[RequestIdHeader] = context.TraceIdentifier;
        try
        {
            await next(context);
        }
        catch (Exception e)
        {
            await AnswerAsync(context, e);
            return;
        }

        // The router answers 404 and 405 by status alone.
        var response = context.Response;
        if (response is { HasStarted: false, StatusCode: >= 400, ContentLength: null } && string.IsNullOrEmpty(response.ContentType))
        {
            await OfStatus(context).WriteAsync(context);
        }
    }

    private static Problem OfStatus(HttpContext context)
    {
        var (method, path) = (RawPath.Shown(context.Request.Method), RawPath.Shown(RawPath.PathOf(context)));
        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new(ProblemType.UnknownRoute, $"{method} {path} is not a route. The routes are at /openapi/v1.json."),
            StatusCodes.Status405MethodNotAllowed =>
                new(ProblemType.MethodNotAllowed, $"{path} takes {context.Response.Headers.Allow}, not {method}."),
            var status => new(ProblemType.Internal with { Status = status }, $"The server ended the request with status {status}."),
        };
    }

    private static bool IsSane(string id) =>
        id.Length is > 0 and <= LongestRequestId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');

    private async Task AnswerAsync(HttpContext context, Exception e)
    {
        if (context.RequestAborted.IsCancellationRequested || e is ConnectionResetException)
        {
            return; // Nobody is there to read an answer.
        }

        var problem = GridProblems.Of(e);
        if (problem is null)
        {
            LogFailed(e, context.Request.Method, context.Request.Path, context.TraceIdentifier);
            problem = new(ProblemType.Internal, "The gateway failed to serve the request. Its log says why, under this requestId.");
        }
        else if (problem.Type.Status >= 500)
        {
            LogRefused(e, problem.Type.Name, context.TraceIdentifier);
        }

        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        try
        {
            await problem.WriteAsync(context);
        }
        catch (Exception failed) when (failed is IOException or OperationCanceledException)
        {
            // The caller left meanwhile.
            LogUnread(failed, context.TraceIdentifier);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed (request {RequestId})")]
    private partial void LogFailed(Exception e, string method, string path, string requestId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Answered with {Problem} (request {RequestId})")]
    private partial void LogRefused(Exception e, string problem, string requestId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The caller left before the answer (request {RequestId})")]
    private partial void LogUnread(Exception e, string requestId);
}
