using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>Deletes outcomes that have been kept for long enough. One silo of the grid does, the first of those that serve; while silos come and go two may, which does no harm.</summary>
internal sealed partial class OutcomeTrimmer(
    IOutcomeStore store, OutcomeRetention retention, ServingSilos silos, ILocalSiloDetails local, TimeProvider time, ILogger<OutcomeTrimmer> log) : BackgroundService
{
    /// <summary>Outcomes of one commit: appends wait for it as they do for each other.</summary>
    internal const int Batch = 500;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (silos.All().Order().FirstOrDefault() == local.SiloAddress)
                {
                    await TrimAsync(stoppingToken);
                }
            }
#pragma warning disable CA1031 // Whatever it was, it is logged, and the next time is soon.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotTrimmed(e);
            }
        }
    }

    private async Task TrimAsync(CancellationToken stoppingToken)
    {
        var before = (time.GetUtcNow() - retention.Time).ToUnixTimeMilliseconds();
        var deleted = 0L;
        int batch;
        while ((batch = await store.TrimAsync(before, Batch)) > 0)
        {
            deleted += batch;
            await Task.Delay(Pause, time, stoppingToken);
        }

        if (deleted > 0)
        {
            LogTrimmed(deleted, retention);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Outcomes} outcomes were deleted that had been kept for {Retention}")]
    private partial void LogTrimmed(long outcomes, OutcomeRetention retention);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outcomes that have been kept for long enough could not be deleted; it is tried again soon")]
    private partial void LogNotTrimmed(Exception e);
}
