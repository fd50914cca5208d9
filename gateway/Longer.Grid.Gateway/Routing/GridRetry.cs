using Longer.Grid.Grains;
using Orleans.Runtime.Messaging;

namespace Longer.Grid.Gateway;

/// <summary>
/// Calls a user's grain again while the user moves: another activation took over, or the silo that had it is leaving or gone. Every call may
/// be repeated: what a write adds twice is dropped as a repeat. A grid that does not answer at all is waited for only so long.
/// </summary>
internal sealed class GridRetry(TimeProvider time, GatewayOptions options)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs a read. A silo that says nothing for <see cref="GatewayOptions.TryTimeout"/> is asked anew, for it may be gone.</summary>
    /// <param name="read">Its token ends it.</param>
    /// <param name="within">How long all of it may take.</param>
    /// <param name="aborted">The caller's.</param>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, TimeSpan within, CancellationToken aborted) => RunAsync(read, options.TryTimeout, within, aborted);

    /// <summary>Runs a write.</summary>
    /// <param name="write">Its token ends what of it can still be ended.</param>
    /// <param name="aborted">The caller's.</param>
    /// <exception cref="TimeoutException">No answer came within <see cref="GatewayOptions.WriteTimeout"/>: whether it was committed is not known.</exception>
    public Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken aborted) => RunAsync(write, options.WriteTimeout, options.WriteTimeout, aborted);

    /// <summary>Runs a write that answers nothing.</summary>
    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<CancellationToken, Task> write, CancellationToken aborted) =>
        WriteAsync(
            async token =>
            {
                await write(token);
                return true;
            },
            aborted);

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call, TimeSpan oneTry, TimeSpan within, CancellationToken aborted)
    {
        using var deadline = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, aborted);
        var started = time.GetTimestamp();
        for (var delay = FirstDelay; ; delay = delay < LongestDelay ? delay * 2 : LongestDelay)
        {
            using var trying = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
            using var patience = new CancellationTokenSource(oneTry, time);
            using var gone = patience.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), trying);
            try
            {
                return await call(trying.Token).WaitAsync(trying.Token);
            }
            catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !aborted.IsCancellationRequested)
            {
                throw new TimeoutException($"No answer after {within}.", e);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested && !aborted.IsCancellationRequested)
            {
                // Asked anew at once: time enough has passed.
                continue;
            }
            catch (Exception e) when (IsMoving(e, trying.Token) && time.GetElapsedTime(started) + delay <= options.MovingTimeout)
            {
                await Task.Delay(delay, time, aborted);
            }
        }
    }

    // A call that nobody has cancelled ends as cancelled where the silo died that was asked who answers it: it was not sent.
    private static bool IsMoving(Exception e, CancellationToken ours) =>
        e is StaleWriterException or SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException
        || (e is OperationCanceledException && !ours.IsCancellationRequested);
}
