using Microsoft.AspNetCore.Http.Features;

namespace Longer.Grid.Gateway;

/// <summary>The router takes more than our routes are: other cases of a path or a method, a slash at the end, and any body.</summary>
internal sealed class ExactRoutes(RequestDelegate next, GatewayOptions options)
{
    /// <summary>Runs a request that is exactly one of ours, or of nobody's.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<GatewayRoute>() is { } route)
        {
            if (route.Pattern != context.Request.Path.Value)
            {
                context.SetEndpoint(null);
            }
            else if (route.Method != context.Request.Method)
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                context.Response.Headers.Allow = string.Join(", ", GatewayRoutes.All.Where(r => r.Pattern == route.Pattern).Select(r => r.Method));
                return;
            }
            else if (route.Body is null && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false })
            {
                await RequestBody.RefuseAnyAsync(context, options.BodyLimitBytes);
            }
        }

        await next(context);
    }
}
