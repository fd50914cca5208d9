using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>
/// Moves users that belong elsewhere since silos came or went. Placement is for new activations; these are live, so each migrates when it
/// is idle, and the calls that wait for it go along.
/// </summary>
internal sealed partial class UserRebalancer(ActiveUsers users, ServingSilos silos, ILocalSiloDetails local, TimeProvider time, ILogger<UserRebalancer> log) : BackgroundService
{
    /// <summary>A new silo tells its roles a moment after it has joined, and some come together.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>Users that begin to move at once: each is read or carried, and encoded again where it comes to.</summary>
    private const int AtOnce = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var known = new HashSet<SiloAddress>();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = silos.All();
            if (!known.SetEquals(now))
            {
                known = [.. now];
                await MoveAsync(now, stoppingToken);
            }
        }
    }

    private async Task MoveAsync(IReadOnlyList<SiloAddress> serving, CancellationToken stoppingToken)
    {
        var moved = 0;
        foreach (var user in users.All)
        {
            if (silos.OwnerOf(user.GrainId, serving) is { } owner && owner != local.SiloAddress)
            {
                user.Migrate(null, stoppingToken);
                if (++moved % AtOnce == 0)
                {
                    await Task.Delay(Pause, time, stoppingToken);
                }
            }
        }

        if (moved > 0)
        {
            LogMoved(moved, serving.Count);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Users} users move: {Silos} silos serve now")]
    private partial void LogMoved(int users, int silos);
}
