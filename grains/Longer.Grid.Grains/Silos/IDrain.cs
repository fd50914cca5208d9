namespace Longer.Grid.Grains;

/// <summary>Ends the process that a silo runs in, in its own order. The host that knows how brings one.</summary>
public interface IDrain
{
    /// <summary>Whether the end has begun.</summary>
    bool IsDraining { get; }

    /// <summary>Begins the end: users move to other silos, what runs is finished, and the process exits. Again, it does nothing.</summary>
    void Begin();
}
