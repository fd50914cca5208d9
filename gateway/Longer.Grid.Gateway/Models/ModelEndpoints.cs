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
        var list = await Registry.ListAsync(context.RequestAborted);
        await JsonAnswer.WriteAsync(context, list, static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteString("active"u8, list.Active);
            json.WriteString("previous"u8, list.Previous);
            json.WriteStartArray("models"u8);
            foreach (var model in list.Models)
            {
                json.WriteStartObject();
                json.WriteString("version"u8, model.Version);
                json.WriteNumber("createdAt"u8, model.CreatedAtMs);
                json.WriteString("state"u8, Name(model.State));
                WriteMetrics(json, model.MetricsJson);
                json.WriteString("parent"u8, model.Parent);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Makes a version the one that serves.</summary>
    public async Task ActivateAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        var version = RawPath.Id(context);
        if (version.Length != VersionChars || !version.All(char.IsAsciiHexDigitLower))
        {
            throw new RequestRefusedException(new Problem(ProblemType.UnknownModel, "A version is 64 lower-case hex digits."));
        }

        ModelState state;
        try
        {
            state = await Registry.ActivateAsync(version, context.RequestAborted);
        }
        catch (ModelRejectedException e)
        {
            throw new RequestRefusedException(GridProblems.Rejected(ProblemType.ModelNotLoadable, e));
        }

        context.Response.StatusCode = state == ModelState.Active ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        await JsonAnswer.WriteAsync(context, (version, state), static (json, answer) =>
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
        _ => "published",
    };

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
