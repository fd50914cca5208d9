using System.Text.Json;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The routes under <c>/v1/models</c> but the upload.</summary>
internal sealed class ModelEndpoints(IGrainFactory grains)
{
    private const int VersionChars = 64;

    private IModelRegistryGrain Registry => grains.GetGrain<IModelRegistryGrain>(0);

    /// <summary>All versions.</summary>
    public async Task ListAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        var rollouts = await Registry.RolloutsAsync(context.RequestAborted);
        var list = await Registry.ListAsync(context.RequestAborted);
        await JsonAnswer.WriteAsync(context, (list, rollouts), static (json, answer) =>
        {
            var (list, rollouts) = answer;
            json.WriteStartObject();
            json.WriteString("active"u8, list.Active);
            json.WriteString("previous"u8, list.Previous);
            json.WritePropertyName("canary"u8);
            json.WriteCanary(list.Canary);
            json.WriteStartArray("models"u8);
            foreach (var model in list.Models)
            {
                json.WriteStartObject();
                json.WriteString("version"u8, model.Version);
                json.WriteNumber("createdAt"u8, model.CreatedAtMs);
                json.WriteString("state"u8, Name(model.State));
                json.WriteString("rollout"u8, rollouts.FirstOrDefault(rollout => rollout.Version == model.Version)?.Text);
                WriteMetrics(json, model.MetricsJson);
                json.WriteString("parent"u8, model.Parent);
                WriteRolledBack(json, model.RolledBack);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            TrainingJson.Write(json, list.Training);
            json.WriteEndObject();
        });
    }

    /// <summary>Makes a version the one that serves all users, or the part of them that is asked for.</summary>
    public async Task ActivateAsync(HttpContext context)
    {
        var percent = RequestQuery.Percent(context);
        var version = RawPath.Id(context);
        if (version.Length != VersionChars || !version.All(char.IsAsciiHexDigitLower))
        {
            throw new RequestRefusedException(new Problem(ProblemType.UnknownModel, "A version is 64 lower-case hex digits."));
        }

        ModelState state;
        try
        {
            state = percent < GatewayLimits.Percent
                ? await Registry.StartCanaryAsync(version, percent, context.RequestAborted)
                : await Registry.ActivateAsync(version, context.RequestAborted);
        }
        catch (ModelRejectedException e)
        {
            throw new RequestRefusedException(GridProblems.Rejected(ProblemType.ModelNotLoadable, e));
        }

        await WriteAsync(context, version, state);
    }

    /// <summary>Ends the canary, or makes the version active again that was before the active one.</summary>
    public async Task RollBackAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        RolledBack back;
        try
        {
            back = await Registry.RollBackAsync(context.RequestAborted);
        }
        catch (ModelRejectedException e)
        {
            throw new RequestRefusedException(GridProblems.Rejected(ProblemType.ModelNotLoadable, e));
        }

        await WriteAsync(context, back.Version, back.State);
    }

    private static Task WriteAsync(HttpContext context, string version, ModelState state)
    {
        context.Response.StatusCode = state is ModelState.Active or ModelState.Canary ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        return JsonAnswer.WriteAsync(context, (version, state), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("version"u8, answer.version);
            json.WriteString("state"u8, Name(answer.state));
            json.WriteEndObject();
        });
    }

    private static string Name(ModelState state) => state switch
    {
        ModelState.Active => "active",
        ModelState.Loading => "loading",
        ModelState.Canary => "canary",
        _ => "published",
    };

    private static void WriteRolledBack(Utf8JsonWriter json, GuardedRollback? back)
    {
        json.WritePropertyName("rolledBack"u8);
        if (back is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("reason"u8, back.Reason);
        json.WriteNumber("at"u8, back.AtMs);
        json.WriteEndObject();
    }

    // Kept as it was uploaded, so it is put in as it is.
    private static void WriteMetrics(Utf8JsonWriter json, string? metrics)
    {
        json.WritePropertyName("metrics"u8);
        if (metrics is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(metrics);
        }
    }
}
