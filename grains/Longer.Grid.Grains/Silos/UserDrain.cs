using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>Moves every user of this silo to the others, before it leaves.</summary>
internal sealed partial class UserDrain(
    ActiveUsers users, ServingSilos silos, IGrainFactory grains, ILocalSiloDetails local, TimeProvider time, ILogger<UserDrain> log) : IUserDrain
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Word = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task MoveAllAsync(CancellationToken cancellationToken)
    {
        silos.Drains(local.SiloAddress);
        var others = silos.All().Where(silo => silo != local.SiloAddress).ToList();
        if (others.Count == 0)
        {
            // Nobody is there to take them: the store has them all.
            return;
        }

        await Task.WhenAll(others.Select(silo => TellAsync(silo, cancellationToken)));
        var before = users.Count;
        while (users.Count > 0 && !cancellationToken.IsCancellationRequested)
        {
            // Again each time: a call that was on its way may have brought one more.
            foreach (var user in users.All)
            {
                user.Migrate(null, cancellationToken);
            }

            await Task.Delay(Look, time, CancellationToken.None);
        }

        LogDrained(before - users.Count, users.Count);
    }

    private async Task TellAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<ISiloGrain>(silo.ToParsableString()).LeavingAsync(local.SiloAddress.ToParsableString()).WaitAsync(Word, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or OperationCanceledException)
        {
            LogNotTold(e, silo);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Moved} users moved to other silos, {Left} are left")]
    private partial void LogDrained(int moved, int left);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} could not be told that this one leaves")]
    private partial void LogNotTold(Exception e, SiloAddress silo);
}
