using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary>What every command is told.</summary>
/// <param name="Workers">Callers at once.</param>
/// <param name="Rounds">Times that each thing is measured.</param>
/// <param name="Quick">Fewer sizes, to see that it runs.</param>
/// <param name="Output">Where the figures go as JSON.</param>
internal sealed record BenchOptions(int Workers, int Rounds, bool Quick, FileInfo Output)
{
    private static readonly TimeSpan Full = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    /// <summary>How long one measurement takes at least.</summary>
    public TimeSpan AtLeast => Quick ? Short : Full;

    /// <summary>As the engine would run here.</summary>
    public static int DefaultWorkers => new EngineOptions().Workers;

    /// <summary>Shows on a terminal how far it is.</summary>
    public static void Told(double done)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write(done < 1 ? $"\r{done:P0} " : "\r      \r");
        }
    }
}
