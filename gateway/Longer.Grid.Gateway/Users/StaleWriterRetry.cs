using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>
/// Tries a write again when the activation that took it had been replaced meanwhile: it wrote nothing, and the next try goes to the
/// activation that owns the user. A grid that does not answer at all is waited for no longer than
/// <see cref="GatewayOptions.WriteTimeout"/>.
/// </summary>
internal sealed class StaleWriterRetry(TimeProvider time, GatewayOptions options)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs a write until it is not stale, waiting twice as long each time.</summary>
    /// <param name="write">Its token ends what of it can still be ended.</param>
    /// <param name="aborted">The caller's.</param>
    /// <exception cref="StaleWriterException">It still is after <see cref="GatewayOptions.StaleWriterRetries"/>.</exception>
    /// <exception cref="TimeoutException">No answer came in time: whether it was committed is not known.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken aborted)
    {
        using var late = new CancellationTokenSource(options.WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        try
        {
            return await TryAsync(write, either.Token);
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer to a write after {options.WriteTimeout}.", e);
        }
    }

    /// <summary>Runs a write that answers nothing.</summary>
    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Func<CancellationToken, Task> write, CancellationToken aborted) =>
        RunAsync(
            async token =>
            {
                await write(token);
                return true;
            },
            aborted);

    private async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var delay = FirstDelay;
        for (var retriesLeft = options.StaleWriterRetries; ; retriesLeft--)
        {
            try
            {
                return await write(cancellationToken).WaitAsync(cancellationToken);
            }
            catch (StaleWriterException) when (retriesLeft > 0)
            {
                await Task.Delay(delay, time, cancellationToken);
                delay *= 2;
            }
        }
    }
}
