using Longer.Grid.Grains;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Silo;

/// <summary>Runs the periods. Of several silos that train one does, the first; while silos come and go two may, and one of them finds its work overtaken.</summary>
internal sealed partial class TrainingService(
    ContinuousTraining training, ContinuousOptions options, TrainingSilos silos, TimeProvider time, ILogger<TrainingService> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (silos.IsFirst)
                {
                    var period = await training.RunAsync(stoppingToken);
                    LogPeriod(period.Result, period.Version ?? "none", period.Events, period.Requests);
                }
            }
#pragma warning disable CA1031 // Whatever it was, it is logged, and the next period goes on from what is committed.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Training: {Result} (version {Version}; {Events} new events, trained on {Requests} requests)")]
    private partial void LogPeriod(string result, string version, long events, long requests);

    [LoggerMessage(Level = LogLevel.Error, Message = "A training period failed; what was committed stands, and the next one goes on from there")]
    private partial void LogFailed(Exception e);
}
