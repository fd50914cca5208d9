using Longer.Grid.Grains;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Longer.Grid.Gateway;

/// <summary><c>POST /v1/models</c>: streams a form's parts into the model store, then has a serving silo check them.</summary>
internal sealed class UploadEndpoint(IGrainFactory grains, IModelUploads uploads, GatewayOptions options)
{
    private const string Parts = "one part each named config and weights, and at most one named metrics";
    private const int LongestBoundary = 70;

    /// <summary>Takes an upload.</summary>
    public async Task UploadAsync(HttpContext context)
    {
        RequestQuery.RefuseAny(context);
        RequestBody.RefuseContentEncoding(context);
        var boundary = BoundaryOf(context.Request);
        RequestBody.Limit(context, options.ModelBodyLimitBytes);
        PublishResult published;
        await using (var upload = await uploads.BeginUploadAsync(context.RequestAborted))
        {
            var body = new LimitedStream(context.Request.Body, options.ModelBodyLimitBytes, () => RequestBody.TooLarge(options.ModelBodyLimitBytes));
            try
            {
                await ReadPartsAsync(new MultipartReader(boundary, body), upload, context.RequestAborted);
            }
            catch (Exception e) when (e is not RequestRefusedException && body.Fault is RequestRefusedException tooLarge)
            {
                throw new RequestRefusedException(tooLarge.Problem);
            }

            published = await grains.GetGrain<IModelRegistryGrain>(0).PublishAsync(upload.Id, context.RequestAborted);
        }

        context.Response.StatusCode = published.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await JsonAnswer.WriteAsync(context, published.Version, static (json, version) =>
        {
            json.WriteStartObject();
            json.WriteString("version"u8, version);
            json.WriteEndObject();
        });
    }

    private static string BoundaryOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw RequestBody.WrongType("Content-Type", request.ContentType, "multipart/form-data with a boundary");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        return boundary.Length is 0 or > LongestBoundary
            ? throw RequestBody.WrongType(
                "Content-Type", request.ContentType, $"multipart/form-data with a boundary of 1 to {LongestBoundary} characters")
            : boundary.ToString();
    }

    private async Task ReadPartsAsync(MultipartReader form, IModelUpload upload, CancellationToken cancellationToken)
    {
        var seen = new HashSet<ModelPart>();
        while (await NextAsync(form, cancellationToken) is { } section)
        {
            var (part, name) = PartOf(section);
            if (!seen.Add(part))
            {
                throw Wrong(name, "is there twice");
            }

            await WriteAsync(part, name, section, upload, cancellationToken);
        }

        var missing = new[] { ModelPart.Config, ModelPart.Weights }.Where(part => !seen.Contains(part)).ToArray();
        if (missing.Length > 0)
        {
            throw new RequestRefusedException(Problem.Of(
                ProblemType.InvalidRequest, [.. missing.Select(part => new FieldProblem($"part {NameOf(part)}", "is missing", Parts))]));
        }
    }

    private static async Task<MultipartSection?> NextAsync(MultipartReader form, CancellationToken cancellationToken)
    {
        try
        {
            return await form.ReadNextSectionAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Malformed(e);
        }
    }

    private static (ModelPart Part, string Name) PartOf(MultipartSection section)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new RequestRefusedException(ProblemType.MalformedBody, "part", "has no Content-Disposition of type form-data", Parts);
        }

        var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        ModelPart? part = name switch
        {
            "config" => ModelPart.Config,
            "weights" => ModelPart.Weights,
            "metrics" => ModelPart.Metrics,
            _ => null,
        };
        if (part is not { } known)
        {
            throw Wrong(name.Length <= GatewayLimits.NameBytes ? name : name[..GatewayLimits.NameBytes] + "…", "is not a part of a model");
        }

        var encoding = section.Headers?.GetValueOrDefault("Content-Transfer-Encoding").ToString();
        return encoding is null or "" or "binary" or "8bit" or "7bit"
            ? (known, name)
            : throw Wrong(name, "has a transfer encoding; bytes are taken as they are");
    }

    private async Task WriteAsync(ModelPart part, string name, MultipartSection section, IModelUpload upload, CancellationToken cancellationToken)
    {
        var limit = part switch
        {
            ModelPart.Config => options.ConfigPartLimitBytes,
            ModelPart.Metrics => options.MetricsPartLimitBytes,
            _ => long.MaxValue,
        };
        var tooLarge = new Problem(ProblemType.BodyTooLarge, $"The part {name} may have {limit} bytes.") { EndsConnection = true };
        var content = new LimitedStream(section.Body, limit, () => new RequestRefusedException(tooLarge));
        try
        {
            if (part == ModelPart.Metrics)
            {
                using var metrics = new MemoryStream();
                await content.CopyToAsync(metrics, cancellationToken);
                if (MetricsJson.Problem(metrics.GetBuffer().AsSpan(0, (int)metrics.Length)) is { } problem)
                {
                    throw new RequestRefusedException(ProblemType.InvalidRequest, $"part {name}", problem, "a JSON object in UTF-8");
                }

                metrics.Position = 0;
                await upload.WriteAsync(part, metrics, cancellationToken);
            }
            else
            {
                await upload.WriteAsync(part, content, cancellationToken);
            }
        }
        catch (Exception e) when (e is not RequestRefusedException && content.Fault is { } fault)
        {
            // Reading failed, not the store, whatever it made of that.
            throw fault switch
            {
                RequestRefusedException refused => new RequestRefusedException(refused.Problem),
                BadHttpRequestException bad => new BadHttpRequestException(bad.Message, bad.StatusCode, e),
                _ when cancellationToken.IsCancellationRequested => new OperationCanceledException(fault.Message, e, cancellationToken),
                _ => Malformed(fault),
            };
        }
    }

    private static string NameOf(ModelPart part) => part == ModelPart.Config ? "config" : "weights";

    private static RequestRefusedException Malformed(Exception e) =>
        new(Problem.Of(ProblemType.MalformedBody, new FieldProblem("multipart/form-data", $"cannot be read: {e.Message}", Parts)) with
        {
            EndsConnection = true,
        });

    private static RequestRefusedException Wrong(string name, string detail) =>
        new(Problem.Of(ProblemType.InvalidRequest, new FieldProblem($"part {name}", detail, Parts)) with { EndsConnection = true });
}
