using System.Xml;
using System.Xml.Linq;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

/// <summary><c>evaluate --scaling</c>, run as its users run it.</summary>
public sealed class ScalingTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public async Task Rows_are_printed_as_they_are_measured_and_drawn()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);

        var run = (await GridCommand.RunAsync(
            ["evaluate", "--scaling", .. TinyData.Arguments(folder), "--epochs", "0.1", "--requests", "100", "--rate", "0.003", "--plot", folder["plot.svg"]])).ShouldExitWith(0);

        // Each row stands before the next one is begun.
        var lines = run.Output.Split('\n');
        string[] names = ["base: L 200, K 4, k 50", "base, seed 2", "L 50", "L 100", "K 1, InnerTrans", "K 8, plain", "k 25, recent", "k 25, uniform"];
        var at = Array.ConvertAll(names, name => Array.FindIndex(lines, line => line.StartsWith($"{name}  ", StringComparison.Ordinal)));
        var begun = Array.ConvertAll(names, name => Array.FindIndex(lines, line => line.StartsWith($"{name}: ", StringComparison.Ordinal)));
        Assert.All(at.Zip(begun.Skip(1)), pair => Assert.True(0 < pair.First && pair.First < pair.Second, run.Output));
        Assert.All(at, i => Assert.Matches(@" touched +[01]\.\d{4}  \[[01]\.\d{4}, [01]\.\d{4}\]  .* [0-9,]+\.\d +([0-9,]+\.\d|-) +[0-9,]+ +\d+$", lines[i]));
        Assert.Contains("100 requests, the newest before the 56 tested ones, for 0.1 epochs at rate 0.003; no cross features.", run.Output, StringComparison.Ordinal);

        var plot = Read(folder["plot.svg"]);
        Assert.Equal(Svg + "svg", plot.Root!.Name);
        var texts = plot.Descendants(Svg + "text").Select(text => text.Value).ToList();
        Assert.All(ScalingPlot.Names, name => Assert.Contains(name, texts));
        Assert.All(["AUC", "log loss", "schema", "L 50", "L 100", "K 1", "K 8", "k 25"], text => Assert.Contains(text, texts));
        Assert.Equal(["events.csv", "impressions.csv", "plot.svg", "schema.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    // The data have two tasks: each has a row and panels of its own.
    [Fact]
    public async Task What_was_measured_is_drawn_also_when_it_is_stopped()
    {
        using var folder = new TemporaryFolder();
        TinyData.WriteOutcomes(folder);
        using var run = GridCommand.Start(
            ["evaluate", "--scaling", .. TinyData.EventArguments(folder), "--epochs", "1", "--cross-features", "--plot", folder["plot.svg"]]);

        await run.LineAsync("base, seed 2: done", TestContext.Current.CancellationToken);
        run.Interrupt();
        var ended = await run.EndAsync();

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("; with cross features.", ended.Output, StringComparison.Ordinal);
        Assert.Equal(2, ended.Output.Split('\n').Count(line => line.StartsWith("base: L 200, K 4, k 50  ", StringComparison.Ordinal)));
        var texts = Read(folder["plot.svg"]).Descendants(Svg + "text").Select(text => text.Value).ToList();
        Assert.All(["like: AUC", "like: log loss", "share: AUC", "share: log loss", "other seeds"], text => Assert.Contains(text, texts));
    }

    [Theory]
    [InlineData("plot.png", "accepted is a file that ends in .svg", 2)]
    [InlineData("no-such-folder/plot.svg", "it cannot be written to", 1)]
    public async Task A_plot_that_cannot_be_is_named_before_anything_is_read(string plot, string said, int exitCode)
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);

        var run = (await GridCommand.RunAsync(["evaluate", "--scaling", .. TinyData.Arguments(folder), "--plot", folder[plot]])).ShouldExitWith(exitCode);

        Assert.Contains($"--plot {folder[plot]}: {said}", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("--epochs", "0")]
    [InlineData("--requests", "0")]
    [InlineData("--rate", "0")]
    [InlineData("--rate", "1")]
    public async Task Numbers_out_of_their_range_are_refused(string option, string value)
    {
        var run = (await GridCommand.RunAsync("evaluate", "--scaling", "--simulator", option, value)).ShouldExitWith(2);

        Assert.Contains($"{option} {value}: accepted is", run.Error, StringComparison.Ordinal);
    }

    // As a browser does, without what its document type names.
    private static XDocument Read(string file)
    {
        using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        return XDocument.Load(reader);
    }
}
