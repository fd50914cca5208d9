namespace Longer.Grid.Grains;

/// <summary>What a silo is there for. One may have several.</summary>
[Flags]
public enum SiloRole
{
    /// <summary>Nothing of the grid's own is placed on it.</summary>
    None = 0,

    /// <summary>Holds users and scores.</summary>
    Serve = 1,

    /// <summary>Answers HTTP.</summary>
    Gateway = 2,

    /// <summary>Learns.</summary>
    Train = 4,
}
