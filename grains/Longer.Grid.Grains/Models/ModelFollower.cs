using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>Looks now and then whether other models serve by now than this silo was told of: it joined just then, or could not load one.</summary>
internal sealed partial class ModelFollower(IGrainFactory grains, ModelHost host, TimeProvider time, ILogger<ModelFollower> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var list = await grains.GetGrain<IModelRegistryGrain>(0).ListAsync(stoppingToken);
                if (list.Active is { } active && list.Flip > host.Flip)
                {
                    await host.ServeAsync(new(active, list.Canary, list.Flip), stoppingToken);
                }
            }
#pragma warning disable CA1031 // Whatever it was, it is logged, and the next look is soon.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotFollowed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What model is active could not be followed; it is tried again soon")]
    private partial void LogNotFollowed(Exception e);
}
