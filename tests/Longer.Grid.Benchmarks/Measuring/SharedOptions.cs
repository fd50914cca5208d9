using System.CommandLine;

namespace Longer.Grid.Benchmarks;

/// <summary>Options of the commands that measure round after round.</summary>
/// <param name="command">The command's name.</param>
internal sealed class SharedOptions(string command)
{
    private readonly Option<int> _workers = new("--workers") { Description = "Callers at once; as many as the engine has workers", DefaultValueFactory = _ => BenchOptions.DefaultWorkers };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Times that each thing is measured", DefaultValueFactory = _ => 15 };
    private readonly Option<bool> _quick = Quick();
    private readonly Option<FileInfo> _output = Output(command);

    /// <summary>Whether to measure less.</summary>
    public static Option<bool> Quick() => new("--quick") { Description = "Fewer and shorter measurements" };

    /// <summary>Where a command's figures go.</summary>
    public static Option<FileInfo> Output(string command) => new("--out")
    {
        Description = "Where the figures go as JSON",
        HelpName = "FILE",
        DefaultValueFactory = _ => new FileInfo(Path.Combine(Path.GetTempPath(), "longer-grid-bench", $"bench-{command}.json")),
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command to)
    {
        to.Add(_workers);
        to.Add(_rounds);
        to.Add(_quick);
        to.Add(_output);
    }

    /// <summary>Their values.</summary>
    public BenchOptions Of(ParseResult parsed) =>
        new(
            Math.Clamp(parsed.GetValue(_workers), 1, 64),
            Math.Clamp(parsed.GetValue(_rounds), 1, 1000),
            parsed.GetValue(_quick),
            parsed.GetValue(_output)!);
}
