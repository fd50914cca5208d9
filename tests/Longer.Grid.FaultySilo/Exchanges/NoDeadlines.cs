using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Longer.Grid.FaultySilo;

/// <summary>A grid that does not know how long its callers wait: it never hears of <c>timeoutMs</c>.</summary>
internal sealed class NoDeadlines : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static async (HttpContext context, RequestDelegate then) =>
        {
            if (context.Request.Path == "/v1/score" && await JsonNode.ParseAsync(context.Request.Body) is JsonObject body)
            {
                body.Remove("timeoutMs");
                context.Request.Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()));
                context.Request.ContentLength = context.Request.Body.Length;
            }

            await then(context);
        });
        next(app);
    };
}
