namespace Longer.Grid.Grains;

/// <summary>What a host calls before it stops a silo.</summary>
public interface IUserDrain
{
    /// <summary>Moves every user to other silos, with what is in memory of them; returns when none is left, or when cancelled.</summary>
    Task MoveAllAsync(CancellationToken cancellationToken);
}
