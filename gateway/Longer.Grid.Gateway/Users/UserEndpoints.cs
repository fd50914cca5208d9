using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The routes under <c>/v1/users/{id}</c>.</summary>
internal sealed class UserEndpoints(IGrainFactory grains, TimeProvider time, GridRetry retry, GatewayOptions options)
{
    /// <summary>Appends events.</summary>
    public Task AppendAsync(HttpContext context) => WriteEventsAsync(context, replace: false);

    /// <summary>Replaces the whole history.</summary>
    public Task ReplaceAsync(HttpContext context) => WriteEventsAsync(context, replace: true);

    /// <summary>Where the user's state is.</summary>
    public async Task GetAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        var userId = RawPath.Id(context);
        var status = await retry.ReadAsync(token => grains.GetGrain<IUserGrain>(userId).GetStatusAsync(token), options.ScoreTimeout, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, (userId, status), static (json, state) =>
        {
            var (userId, status) = state;
            json.WriteStartObject();
            json.WriteString("userId"u8, userId);
            json.WriteNumber("userEvents"u8, status.UserEvents);
            json.WriteNumber("firstOrdinal"u8, status.FirstOrdinal);
            json.WriteNumberOrNull("firstAt"u8, status.FirstAtMs);
            json.WriteNumberOrNull("lastAt"u8, status.LastAtMs);
            json.WriteString("tier"u8, status.Tier switch { UserTier.Device => "device"u8, UserTier.Host => "host"u8, _ => "store"u8 });
            json.WriteString("silo"u8, status.Silo);
            json.WriteString("modelVersion"u8, status.ModelVersion);
            json.WriteNumber("deviceBytes"u8, status.DeviceBytes);
            json.WriteNumber("hostBytes"u8, status.HostBytes);
            json.WriteEndObject();
        });
    }

    /// <summary>A page of the history.</summary>
    public async Task GetHistoryAsync(HttpContext context)
    {
        var (limit, before) = RequestQuery.HistoryPage(context);
        var user = grains.GetGrain<IUserGrain>(RawPath.Id(context));
        var page = await retry.ReadAsync(token => user.GetHistoryAsync(limit, before, token), options.ScoreTimeout, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, page, static (json, page) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("events"u8);
            foreach (var (ordinal, kept) in page.Events)
            {
                json.WriteStartObject();
                json.WriteNumber("ordinal"u8, ordinal);
                json.WriteString("itemId"u8, kept.ItemId);
                json.WriteString("action"u8, kept.Action);
                json.WriteNumber("at"u8, kept.AtMs);
                json.WriteStartObject("features"u8);
                foreach (var feature in kept.Features)
                {
                    json.WriteString(feature.Name, feature.Id);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumberOrNull("next"u8, page.Next);
            json.WriteEndObject();
        });
    }

    /// <summary>Replaces the profile.</summary>
    public async Task SetProfileAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        var user = grains.GetGrain<IUserGrain>(RawPath.Id(context));
        using var body = await RequestBody.ReadJsonAsync(context, options.BodyLimitBytes);
        var features = ProfileBody.Read(body.Utf8);
        await retry.WriteAsync(token => user.SetProfileAsync(features, token), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Erases the user.</summary>
    public async Task ForgetAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        var user = grains.GetGrain<IUserGrain>(RawPath.Id(context));
        await retry.WriteAsync(user.ForgetAsync, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task WriteEventsAsync(HttpContext context, bool replace)
    {
        RequestQuery.RefuseAny(context);
        var user = grains.GetGrain<IUserGrain>(RawPath.Id(context));
        using var body = await RequestBody.ReadJsonAsync(context, options.EventsBodyLimitBytes);
        var events = EventsBody.Read(body.Utf8, time.GetUtcNow().ToUnixTimeMilliseconds());
        var result = await retry.WriteAsync(
            token => replace ? user.ReplaceAsync(events, token) : user.AppendAsync(events, token), context.RequestAborted);
        await JsonAnswer.WriteAsync(context, result, static (json, result) =>
        {
            json.WriteStartObject();
            json.WriteNumber("accepted"u8, result.Accepted);
            json.WriteNumber("duplicates"u8, result.Duplicates);
            json.WriteNumber("userEvents"u8, result.UserEvents);
            json.WriteEndObject();
        });
    }
}
