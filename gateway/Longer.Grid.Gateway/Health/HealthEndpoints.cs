namespace Longer.Grid.Gateway;

/// <summary>What an orchestrator asks.</summary>
internal sealed class HealthEndpoints(IHostApplicationLifetime lifetime)
{
    /// <summary>The process answers.</summary>
    public static Task LiveAsync(HttpContext context) => StatusAsync(context, "live");

    /// <summary>The process has started and is not stopping. Without an active model it is ready too: else none could be published.</summary>
    public Task ReadyAsync(HttpContext context)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RequestRefusedException(new Problem(ProblemType.NotReady, "The process is starting or stopping."));
        }

        return StatusAsync(context, "ready");
    }

    private static Task StatusAsync(HttpContext context, string status) => JsonAnswer.WriteAsync(context, status, static (json, status) =>
    {
        json.WriteStartObject();
        json.WriteString("status"u8, status);
        json.WriteEndObject();
    });
}
