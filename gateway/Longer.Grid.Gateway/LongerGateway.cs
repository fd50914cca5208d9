using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Longer.Grid.Gateway;

/// <summary>Puts the gateway into a process that has a grain factory and a model store (a silo, or a client of one).</summary>
public static class LongerGateway
{
    /// <summary>Registers the gateway. The process registers <c>IGrainFactory</c> and <c>IModelStore</c>.</summary>
    public static IServiceCollection AddLongerGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<StaleWriterRetry>();
        services.AddSingleton<ScoreEndpoint>();
        services.AddSingleton<UserEndpoints>();
        services.AddSingleton<ModelEndpoints>();
        services.AddSingleton<UploadEndpoint>();
        services.AddSingleton<HealthEndpoints>();
        services.AddRouting();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (!options.AllowUnauthenticated)
            {
                kestrel.ConfigureEndpointDefaults(endpoint => LoopbackOnly.Require(endpoint.EndPoint));
            }
        });
        return services;
    }

    /// <summary>
    /// Serves the gateway's routes. Called before any other middleware that answers requests: every error answer behind it
    /// becomes a problem (RFC 9457).
    /// </summary>
    public static WebApplication MapLongerGateway(this WebApplication app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.Use(static (context, next) =>
        {
            RawPath.Apply(context);
            return next(context);
        });
        app.UseRouting();
        app.Use(static (context, next) =>
        {
            // The router takes other cases and a slash at the end as well; our paths are exact.
            if (context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<GatewayRoute>() is not null
                && endpoint.RoutePattern.RawText != context.Request.Path.Value)
            {
                context.SetEndpoint(null);
            }

            return next(context);
        });

        var services = app.Services;
        var (score, users) = (services.GetRequiredService<ScoreEndpoint>(), services.GetRequiredService<UserEndpoints>());
        var (models, uploads) = (services.GetRequiredService<ModelEndpoints>(), services.GetRequiredService<UploadEndpoint>());
        var health = services.GetRequiredService<HealthEndpoints>();
        Map("POST", "/v1/score", score.ScoreAsync);
        Map("POST", "/v1/users/{id}/events", users.AppendAsync);
        Map("PUT", "/v1/users/{id}/events", users.ReplaceAsync);
        Map("GET", "/v1/users/{id}", users.GetAsync);
        Map("DELETE", "/v1/users/{id}", users.ForgetAsync);
        Map("GET", "/v1/users/{id}/history", users.GetHistoryAsync);
        Map("PUT", "/v1/users/{id}/profile", users.SetProfileAsync);
        Map("GET", "/v1/models", models.ListAsync);
        Map("POST", "/v1/models", uploads.UploadAsync);
        Map("POST", "/v1/models/{id}/activate", models.ActivateAsync);
        Map("GET", "/health/live", HealthEndpoints.LiveAsync);
        Map("GET", "/health/ready", health.ReadyAsync);
        return app;

        void Map(string method, string pattern, RequestDelegate handler) =>
            app.MapMethods(pattern, [method], handler).WithMetadata(new GatewayRoute());
    }
}
