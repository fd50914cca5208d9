using System.CommandLine;

namespace Longer.Grid.Silo;

/// <summary>The commands that read data files or train: those that the serving build does not have.</summary>
internal static class LearningCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root, Terminal terminal)
    {
        root.Add(ImportCommand.Create(terminal));
        root.Add(TrainCommand.Create(terminal));
        root.Add(EvaluateCommand.Create(terminal));
        root.Add(DemoCommand.Create(terminal));
    }
}
