namespace Longer.Grid.Grains;

/// <summary>
/// How many connections to a cluster's database each part of a process holds at most, so that the sum over a cluster can be known beforehand
/// (docs/operations.md). Who finds none free waits for one.
/// </summary>
public static class GridConnections
{
    /// <summary>A silo's behaviours: one that writes and four that read.</summary>
    public const int Behaviors = 5;

    /// <summary>A silo's models, while they are checked and loaded.</summary>
    public const int Models = 4;

    /// <summary>A gateway's model uploads.</summary>
    public const int Uploads = 2;

    /// <summary>A reader of changes: a silo that trains has one.</summary>
    public const int Changes = 1;

    /// <summary>What a silo that trains keeps of its work, and reads histories by.</summary>
    public const int Training = 3;

    /// <summary>Any process's membership, reminders and grain states.</summary>
    public const int Orleans = 6;

    /// <summary>What a serving silo that is a gateway too holds at most.</summary>
    public const int Silo = Behaviors + Models + Uploads + Orleans;

    /// <summary>What a silo that does nothing but train holds at most.</summary>
    public const int Trainer = Changes + Training + Models + Uploads + Orleans;

    /// <summary>What a gateway that serves no users holds at most.</summary>
    public const int Gateway = Uploads + Orleans;

    /// <summary>How many a part's pool holds where the connection string allows so many: never more than its own, nor so few that it waits for itself.</summary>
    public static int PoolSize(int allowed, int own) => Math.Clamp(allowed, Math.Min(2, own), own);

    /// <summary>By what name the database lists the connections of a part.</summary>
    public static string ApplicationName(string part) => $"longer-grid {part}";
}
