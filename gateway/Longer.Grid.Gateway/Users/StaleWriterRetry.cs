using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>
/// Tries a write again when the activation that took it had been replaced meanwhile: it wrote nothing, and the next try goes to the
/// activation that owns the user.
/// </summary>
internal sealed class StaleWriterRetry(TimeProvider time, GatewayOptions options)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs a write until it is not stale, waiting twice as long each time.</summary>
    /// <exception cref="StaleWriterException">It still is after <see cref="GatewayOptions.StaleWriterRetries"/>.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        var delay = FirstDelay;
        for (var retriesLeft = options.StaleWriterRetries; ; retriesLeft--)
        {
            try
            {
                return await write(cancellationToken);
            }
            catch (StaleWriterException) when (retriesLeft > 0)
            {
                await Task.Delay(delay, time, cancellationToken);
                delay *= 2;
            }
        }
    }

    /// <summary>Runs a write that answers nothing.</summary>
    /// <exception cref="StaleWriterException">It still is after <see cref="GatewayOptions.StaleWriterRetries"/>.</exception>
    public Task RunAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken) =>
        RunAsync(
            async token =>
            {
                await write(token);
                return true;
            },
            cancellationToken);
}
