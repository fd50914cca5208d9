namespace Longer.Grid.Silo;

/// <summary>A command cannot go on. The message is one line for whoever typed it: what is wrong, where, and what to do.</summary>
internal sealed class CommandException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What the process exits with.</summary>
    public int ExitCode { get; init; } = ExitCodes.Failed;
}
