using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The routes under <c>/v1/cluster</c>.</summary>
internal sealed class ClusterEndpoints(IGrainFactory grains, GatewayOptions options)
{
    private IClusterGrain Cluster => grains.GetGrain<IClusterGrain>(0);

    /// <summary>The silos there are.</summary>
    public async Task ListAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        await RequestBody.RefuseAnyAsync(context, options.BodyLimitBytes);
        var cluster = await Cluster.ListAsync(context.RequestAborted);
        await JsonAnswer.WriteAsync(context, cluster, static (json, cluster) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("silos"u8);
            foreach (var silo in cluster.Silos)
            {
                Write(json, silo);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Has a silo leave.</summary>
    public async Task DrainAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        var silo = RawPath.Id(context);
        await RequestBody.RefuseAnyAsync(context, options.BodyLimitBytes);
        await Cluster.DrainAsync(silo, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await JsonAnswer.WriteAsync(context, silo, static (json, silo) =>
        {
            json.WriteStartObject();
            json.WriteString("silo"u8, silo);
            json.WriteString("state"u8, "draining"u8);
            json.WriteEndObject();
        });
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, SiloInfo silo)
    {
        json.WriteStartObject();
        json.WriteString("silo"u8, silo.Id);
        json.WriteString("name"u8, silo.Name);
        json.WriteStartArray("roles"u8);
        foreach (var role in silo.Roles)
        {
            json.WriteStringValue(role);
        }

        json.WriteEndArray();
        json.WriteString("state"u8, silo.Report is { IsDraining: true } ? "draining" : silo.State);
        json.WritePropertyName("serving"u8);
        if (silo.Report is not { } report)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("modelVersion"u8, report.ModelVersion);
            json.WritePropertyName("canary"u8);
            json.WriteCanary(report.Canary);
            json.WriteString("pending"u8, report.Pending);
            json.WriteString("device"u8, report.Device);
            json.WriteNumber("kvBudgetBytes"u8, report.KvBudgetBytes);
            json.WriteNumber("kvUsedBytes"u8, report.KvUsedBytes);
            json.WriteNumber("residentUsers"u8, report.ResidentUsers);
            json.WriteNumber("activeUsers"u8, report.ActiveUsers);
            json.WriteNumber("queue"u8, report.QueueLength);
            json.WriteBoolean("unsafeDurability"u8, report.UnsafeDurability);
            json.WritePropertyName("reencoding"u8);
            if (report.Reencoding is { } reencoding)
            {
                json.WriteStartObject();
                json.WriteString("leaving"u8, reencoding.Version);
                json.WriteNumber("done"u8, reencoding.Done);
                json.WriteNumber("of"u8, reencoding.Of);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
