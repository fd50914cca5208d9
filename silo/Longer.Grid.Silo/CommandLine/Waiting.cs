namespace Longer.Grid.Silo;

/// <summary>Waiting to be told to stop.</summary>
internal static class Waiting
{
    /// <summary>Completes when the token is cancelled; never fails.</summary>
    public static async Task WhenCancelledAsync(this CancellationToken stop) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
