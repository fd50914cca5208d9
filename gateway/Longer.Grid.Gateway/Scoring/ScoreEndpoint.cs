using System.Globalization;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary><c>POST /v1/score</c>.</summary>
internal sealed class ScoreEndpoint(IGrainFactory grains, TimeProvider time, GridRetry retry, GatewayOptions options)
{
    /// <summary>A timer's clock is coarser than the one that times a request, and may be as much ahead of it.</summary>
    private static readonly TimeSpan TimerTick = TimeSpan.FromMilliseconds(16);

    /// <summary>Scores candidates for a user.</summary>
    public async Task ScoreAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        using var body = await RequestBody.ReadJsonAsync(context, options.BodyLimitBytes);
        var asked = ScoreBody.Read(body.Utf8, time.GetUtcNow().ToUnixTimeMilliseconds());
        ScoreResult result;
        try
        {
            result = await AskAsync(asked, asked.Request with { RequestId = context.TraceIdentifier }, context.RequestAborted);
        }
        catch (UnknownTaskException e)
        {
            throw new RequestRefusedException(
                ProblemType.InvalidRequest, "$.rankBy", $"\"{e.Task}\" is not a task of the model", string.Join(", ", e.Accepted));
        }

        // What of the time was the model's, in milliseconds; the rest is the grid's.
        context.Response.Headers["Server-Timing"] = string.Create(CultureInfo.InvariantCulture, $"engine;dur={result.EngineTime.TotalMilliseconds:F3}");
        await JsonAnswer.WriteAsync(context, (context, body, asked, result), static (json, state) =>
        {
            var (context, body, asked, result) = state;
            json.WriteStartObject();
            json.WriteString("requestId"u8, context.TraceIdentifier);
            json.WriteString("modelVersion"u8, result.ModelVersion);
            json.WriteNumber("userEvents"u8, result.UserEvents);
            json.WriteString("cache"u8, result.Warm ? "warm"u8 : "cold"u8);
            json.WriteStartArray("items"u8);
            var utf8 = body.Utf8;
            var scores = result.Scores.AsSpan();
            var tasks = result.Tasks.AsSpan();
            foreach (var candidate in result.Order)
            {
                json.WriteStartObject();
                json.WritePropertyName("itemId"u8);
                json.WriteRawValue(utf8[asked.ItemIds[candidate]], skipInputValidation: true);
                json.WriteStartObject("scores"u8);
                for (var t = 0; t < tasks.Length; t++)
                {
                    json.WriteNumber(tasks[t], scores[t]);
                }

                scores = scores[tasks.Length..];
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task<ScoreResult> AskAsync(ScoreBody asked, ScoreRequest request, CancellationToken aborted)
    {
        // The grain keeps to the same time; this is for a grid that does not answer at all.
        var timeout = request.Timeout;
        var within = timeout ?? options.ScoreTimeout;
        var user = grains.GetGrain<IUserGrain>(asked.UserId);
        var started = time.GetTimestamp();
        try
        {
            return await retry.ReadAsync(token => user.ScoreAsync(request, token), within, aborted);
        }
        catch (Exception e) when (timeout is not null && IsLate(e))
        {
            // Whoever noticed first: the grain, before the time had passed perhaps, or the clock here.
            throw new RequestRefusedException(new Problem(
                ProblemType.DeadlinePassed, $"timeoutMs ({within.TotalMilliseconds}) passed, or would pass, before the scores were there."));
        }

        bool IsLate(Exception e) =>
            !aborted.IsCancellationRequested
            && (e is OverloadedException { IsLate: true } || (e is OverloadedException or TimeoutException && time.GetElapsedTime(started) + TimerTick >= within));
    }
}
