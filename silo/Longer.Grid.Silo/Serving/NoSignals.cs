using Microsoft.Extensions.Hosting;

namespace Longer.Grid.Silo;

/// <summary>Leaves the signals to <see cref="StopSignals"/>: a host of ours starts and stops when its command says so.</summary>
internal sealed class NoSignals : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
