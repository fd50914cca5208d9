using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>Lets a silo end with its users on it.</summary>
internal sealed class StayingUsers : IUserDrain
{
    /// <inheritdoc/>
    public Task MoveAllAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
