using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>Takes a version back that does worse than the one it is compared with.</summary>
internal sealed partial class ModelRegistryGrain
{
    private readonly Guard _guard = new(options.Guard);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (options.Guard.IsOn)
        {
            // ModelFollower asks this grain so often that it stays where it is.
            this.RegisterGrainTimer(GuardAsync, new GrainTimerCreationOptions(options.Guard.Period, options.Guard.Period) { Interleave = true });
        }

        return Task.CompletedTask;
    }

    /// <summary>When a version that becomes active for all is looked at no longer, in Unix milliseconds; 0 where it is not looked at.</summary>
    /// <remarks>Going back is not: what was left for its figures would come back for the same. Nor is a version that somebody activates although a guard took it back.</remarks>
    private long WatchUntilMs(string version) =>
        options.Guard.Window is { } window && state.State.Active is not null && version != state.State.Previous && Find(version)!.RolledBack is null
            ? (time.GetUtcNow() + window).ToUnixTimeMilliseconds()
            : 0;

    private async Task GuardAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (watched, flip) = (Watched, state.State.Flip);
            if (watched is null)
            {
                return;
            }

            var silos = await rollout.TalliesAsync(flip, cancellationToken);
            if (flip == state.State.Flip && _lastFlip.IsCompleted && _unsaved is null && Reason(watched, silos) is { } reason)
            {
                LogTakenBack(watched, reason);
                GiveUpWaiting();
                await TakeBackAsync(watched, new GuardedRollback(reason, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);
            }
        }
        catch (Exception e) when (e is GridException or OrleansException or TimeoutException)
        {
            LogNotGuarded(e);
        }
    }

    private string? Watched => state.State.Canary ?? (time.GetUtcNow().ToUnixTimeMilliseconds() < state.State.WatchedUntilMs ? state.State.Active : null);

    private string? Reason(string watched, ImmutableArray<SiloTallies> silos)
    {
        var now = silos.SelectMany(silo => silo.Now).ToList();

        // The version before, as it was while it served all, and for the users whom it serves still.
        var other = state.State.Canary is not null
            ? Guard.Sum(state.State.Active!, now)
            : Guard.Sum(state.State.Previous!, silos.SelectMany(silo => silo.Before).Concat(now));
        return _guard.Reason(Guard.Sum(watched, now), other);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {Version} is rolled back by itself: {Reason}")]
    private partial void LogTakenBack(string version, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How the canary, or the version that became active, does could not be judged; it is tried again soon")]
    private partial void LogNotGuarded(Exception e);
}
