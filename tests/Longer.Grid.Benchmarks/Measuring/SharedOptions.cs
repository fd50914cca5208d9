using System.CommandLine;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary>Options that every command has.</summary>
internal sealed class SharedOptions
{
    private readonly Option<int> _workers = new("--workers") { Description = "Callers at once; as many as the engine has workers", DefaultValueFactory = _ => BenchOptions.DefaultWorkers };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Times that each thing is measured", DefaultValueFactory = _ => 15 };
    private readonly Option<bool> _quick = new("--quick") { Description = "Fewer and shorter measurements" };
    private readonly Option<bool> _half = new("--half") { Description = "K/V rings in float16" };
    private readonly Option<bool> _quarter = new("--quarter") { Description = "K/V rings in 8 bits" };
    private readonly Option<FileInfo> _output = new("--out") { Description = "Where the figures go as JSON", HelpName = "FILE" };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_workers);
        command.Add(_rounds);
        command.Add(_quick);
        command.Add(_half);
        command.Add(_quarter);
        command.Add(_output);
    }

    /// <summary>Their values.</summary>
    public BenchOptions Of(ParseResult parsed) =>
        new(
            Math.Clamp(parsed.GetValue(_workers), 1, 64),
            Math.Clamp(parsed.GetValue(_rounds), 1, 1000),
            parsed.GetValue(_quick),
            parsed.GetValue(_quarter) ? KvStorage.Quarter : parsed.GetValue(_half) ? KvStorage.Half : KvStorage.Full,
            parsed.GetValue(_output));
}
