using System.CommandLine;

namespace Longer.Grid.Silo;

/// <summary>The commands that read data files or train: those that the serving build does not have.</summary>
internal static class LearningCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root, Terminal terminal)
    {
        root.Add(ImportCommand.Create(terminal));
    }
}
