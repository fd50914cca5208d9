using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Longer.Grid.Gateway;

/// <summary><c>/openapi/v1.json</c>: made once from <see cref="GatewayRoutes"/> and <see cref="ApiSchemas"/>.</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider)
{
    /// <summary>Name of the document.</summary>
    public const string Name = "v1";

    private readonly Lock _lock = new();
    private Task<byte[]>? _document;

    /// <summary>Has the document made from the gateway's routes, and from nothing else that the process serves.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<GatewayRoute>().Any();
        options.AddOperationTransformer((operation, context, _) =>
        {
            ApiOperation.Describe(operation, context.Description.ActionDescriptor.EndpointMetadata.OfType<GatewayRoute>().Single());
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Longer.Grid",
                Version = Name,
                Description = "Keeps users' long behaviour histories and scores candidates against them with a LONGER model. Every error is a problem (RFC 9457). "
                    + "Bodies are read strictly: unknown, repeated, missing and mistyped fields are refused, all of them named at once, and a refused request changes nothing. A route without a body takes an empty object at most. "
                    + "Unknown paths answer 404, other methods 405 with Allow. What cannot be read as HTTP answers 400 malformed-request, 408, 414, 431 or 505, and ends the connection.",
            };
            document.Servers = [new OpenApiServer { Url = "/" }];
            ApiSchemas.AddTo(document);
            return Task.CompletedTask;
        });
    }

    /// <summary>Answers with the document.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        Task<byte[]> making;
        lock (_lock)
        {
            making = _document is { IsFaulted: false } made ? made : _document = MakeAsync();
        }

        var document = await making;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = document.Length;
        await context.Response.Body.WriteAsync(document, context.RequestAborted);
    }

    private async Task<byte[]> MakeAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var bytes = new MemoryStream();
        await document.SerializeAsJsonAsync(bytes, OpenApiSpecVersion.OpenApi3_1);
        return bytes.ToArray();
    }
}
