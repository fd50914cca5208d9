namespace Longer.Grid.Silo;

/// <summary>What the process exits with.</summary>
internal static class ExitCodes
{
    /// <summary>Done, or stopped as asked.</summary>
    public const int Done = 0;

    /// <summary>Not done; standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was begun.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by a signal before the work was done, as shells count it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
