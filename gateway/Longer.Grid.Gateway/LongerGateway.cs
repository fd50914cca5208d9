using System.Diagnostics;
using Longer.Grid.Grains;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Longer.Grid.Gateway;

/// <summary>Puts the gateway into a process that has a grain factory and a place for model uploads (a silo, or a client of one).</summary>
public static class LongerGateway
{
    /// <summary>Registers the gateway. The process registers <c>IGrainFactory</c> and <c>IModelUploads</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; it is named.</exception>
    public static IServiceCollection AddLongerGateway(this IServiceCollection services, GatewayOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.WriteTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ConcurrentScores, 1);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<GridRetry>();
        services.AddSingleton<ScoreThrottle>();
        services.AddSingleton<ScoreEndpoint>();
        services.AddSingleton<UserEndpoints>();
        services.AddSingleton<OutcomesEndpoint>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<UploadEndpoint>();
        services.AddSingleton<ClusterEndpoints>();
        services.AddSingleton<HealthEndpoints>();
        services.AddSingleton<ApiDocument>();
        services.AddSingleton<RejectedRequests>();
        services.AddRouting();
        services.AddGridErrors();
        services.AddOpenApi(ApiDocument.Name, ApiDocument.Configure);

        // Before any other setting of the server: an endpoint is checked as it is added.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>>(new ConfigureOptions<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // So that an id that is too long is refused by name.
            kestrel.Limits.MaxRequestLineSize = GatewayLimits.RequestLineBytes;
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                if (!options.AllowUnauthenticated)
                {
                    LoopbackOnly.Require(endpoint.EndPoint);
                }

                endpoint.Use(RejectedRequests.Under);
            });
        })));
        return services;
    }

    /// <summary>
    /// Serves the gateway's routes. Called before any other middleware that answers requests: every error answer behind it
    /// becomes a problem (RFC 9457).
    /// </summary>
    public static WebApplication MapLongerGateway(this WebApplication app)
    {
        app.Services.GetRequiredService<RejectedRequests>().Watch(app.Services.GetRequiredService<DiagnosticListener>());
        app.UseMiddleware<ProblemMiddleware>();
        app.Use(static (context, next) =>
        {
            RawPath.Apply(context);
            return next(context);
        });
        app.UseRouting();
        app.UseMiddleware<ExactRoutes>();

        foreach (var route in GatewayRoutes.All)
        {
            var handler = route.Handler(app.Services);

            // The API's explorer takes up endpoints that say which method they are.
            app.MapMethods(route.Pattern, [route.Method], handler).WithMetadata(route, handler.Method);
        }

        return app;
    }
}
