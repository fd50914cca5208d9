using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The route <c>/v1/outcomes</c>.</summary>
internal sealed class OutcomesEndpoint(IGrainFactory grains, TimeProvider time, GridRetry retry, GatewayOptions options)
{
    /// <summary>Keeps outcomes.</summary>
    public async Task AddAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        using var body = await RequestBody.ReadJsonAsync(context, options.BodyLimitBytes);
        var outcomes = OutcomesBody.Read(body.Utf8, time.GetUtcNow().ToUnixTimeMilliseconds());

        // Any writer does; another one for another try, which may be on a silo that is there.
        var result = await retry.WriteAsync(
            token => grains.GetGrain<IOutcomeGrain>(Random.Shared.Next(IOutcomeGrain.Writers)).AddAsync(outcomes, token), context.RequestAborted);
        await JsonAnswer.WriteAsync(context, result, static (json, result) =>
        {
            json.WriteStartObject();
            json.WriteNumber("accepted"u8, result.Accepted);
            json.WriteNumber("duplicates"u8, result.Duplicates);
            json.WriteEndObject();
        });
    }
}
