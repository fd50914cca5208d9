using System.Globalization;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Longer.Grid.Gateway;

/// <summary>
/// Lets only so many scores be under way at once, and answers the rest before anything of their bodies is read: what cannot be served in time must
/// not take the time of what can.
/// </summary>
/// <remarks>A refusal is no exception and writes bytes that are there already: under five times the load, four of five requests are refusals.</remarks>
internal sealed class ScoreThrottle : IDisposable
{
    private const int RetryAfterSeconds = 1;

    /// <summary>Who sends a body more slowly would keep a place that others wait for; the server ends such a request with 408.</summary>
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 64 * 1024, gracePeriod: TimeSpan.FromSeconds(2));

    private const string RequestIdMark = "\u0001";

    private readonly ConcurrencyLimiter _limiter;
    private readonly byte[] _before;
    private readonly byte[] _after;

    public ScoreThrottle(GatewayOptions options)
    {
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = options.ConcurrentScores, QueueLimit = 0 });
        var problem = new Problem(ProblemType.Overloaded, $"The gateway has {options.ConcurrentScores} scores under way; nothing of this one was read.")
        {
            RetryAfter = TimeSpan.FromSeconds(RetryAfterSeconds),
        };
        var parts = Encoding.UTF8.GetString(JsonAnswer.Bytes(problem, static (json, p) => p.Write(json, RequestIdMark))).Split("\\u0001");
        (_before, _after) = (Encoding.UTF8.GetBytes(parts[0]), Encoding.UTF8.GetBytes(parts[1]));
    }

    /// <summary>A handler that is only reached while there is room.</summary>
    public RequestDelegate Before(RequestDelegate score) => async context =>
    {
        using var place = _limiter.AttemptAcquire();
        if (place.IsAcquired)
        {
            if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } body)
            {
                body.MinDataRate = SlowestBody;
            }

            await score(context);
        }
        else
        {
            await RefuseAsync(context);
        }
    };

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();

    private async Task RefuseAsync(HttpContext context)
    {
        var (response, id) = (context.Response, context.TraceIdentifier);
        response.StatusCode = ProblemType.Overloaded.Status;
        response.ContentType = Problem.ContentType;
        response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

        // An id has no character that JSON or UTF-8 would write otherwise.
        var length = _before.Length + id.Length + _after.Length;
        response.ContentLength = length;
        var body = response.BodyWriter;
        var bytes = body.GetMemory(length);
        _before.CopyTo(bytes);
        Encoding.ASCII.GetBytes(id, bytes.Span[_before.Length..]);
        _after.CopyTo(bytes[(_before.Length + id.Length)..]);
        body.Advance(length);
        await body.FlushAsync();
    }
}
