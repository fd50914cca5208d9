using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary>Lets the command that runs a grid know that it was asked to end over the grid itself.</summary>
internal sealed class AskedDrain : IDrain, IDisposable
{
    private readonly CancellationTokenSource _asked = new();

    /// <summary>Cancelled once it was asked.</summary>
    public CancellationToken Token => _asked.Token;

    /// <inheritdoc/>
    public bool IsDraining => _asked.IsCancellationRequested;

    /// <inheritdoc/>
    public void Begin() => _ = _asked.CancelAsync(); // Not on the caller's thread, who waits for an answer from this process.

    /// <inheritdoc/>
    public void Dispose() => _asked.Dispose();
}
