using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

/// <summary>What docs/sizing.md, docs/operations.md and deploy/ tell to run can be run.</summary>
public sealed class PlanDocumentTests
{
    private static readonly RootCommand Program = GridCommands.Root(new Terminal(TextWriter.Null, TextWriter.Null));

    public static TheoryData<string> Files => [.. ToldCommandLines.Files()];

    [Fact]
    public void The_files_that_tell_command_lines_are_found()
    {
        string[] files = [.. ToldCommandLines.Files()];

        Assert.Contains("docs/sizing.md", files);
        Assert.Contains("docs/operations.md", files);
        Assert.Contains(Path.Combine("deploy", "systemd", "longer-grid-silo.service"), files);
        Assert.Contains(Path.Combine("deploy", "systemd", "longer-grid-gateway.service"), files);
        Assert.Contains(Path.Combine("deploy", "kubernetes", "10-migrate.yaml"), files);
        Assert.Contains(Path.Combine("deploy", "kubernetes", "20-silos.yaml"), files);
        Assert.Contains(Path.Combine("deploy", "kubernetes", "30-gateways.yaml"), files);
        Assert.Contains(Path.Combine("deploy", "kubernetes", "40-training.yaml"), files);
        Assert.Contains(Path.Combine("deploy", "systemd", "longer-grid-training.service"), files);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_command_line_in_a_file_is_one_that_the_program_takes(string file) =>
        Assert.All(ToldCommandLines.Of(file), arguments =>
        {
            var parsed = Program.Parse(arguments);
            Assert.True(parsed.Errors.Count == 0, $"longer-grid {string.Join(' ', arguments)}: {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
        });

    [Theory]
    [InlineData("docs/sizing.md")]
    [InlineData("docs/operations.md")]
    public void Every_option_that_a_page_names_is_one_of_the_programs(string file)
    {
        var known = Program.Subcommands.SelectMany(command => command.Options).Concat(Program.Options).Select(option => option.Name).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(ToldCommandLines.OptionsNamedIn(file).Except(known));
    }

    [Fact]
    public async Task Pasted_plans_are_what_the_program_prints()
    {
        var pasted = ToldCommandLines.Pasted("docs/sizing.md").ToList();

        Assert.NotEmpty(pasted);
        foreach (var (arguments, output) in pasted)
        {
            Assert.Equal(output, (await PlanCommandTests.RunAsync(arguments)).ShouldExitWith(0).Output.TrimEnd());
        }
    }

    [Fact]
    public async Task What_would_be_otherwise_is_what_the_program_computes()
    {
        var (given, _) = ToldCommandLines.Pasted("docs/sizing.md").First();
        var rows = ToldCommandLines.Variations("docs/sizing.md").ToList();

        Assert.InRange(rows.Count, 5, 50);
        foreach (var (option, value, cells) in rows)
        {
            var at = Array.IndexOf(given, option);
            string[] arguments = at < 0 ? [.. given, option, value] : [.. given[..at], option, value, .. given[(at + 2)..]];
            var plan = JsonNode.Parse((await PlanCommandTests.RunAsync([.. arguments, "--json"])).ShouldExitWith(0).Output)!;
            var figures = plan["figures"]!;
            string[] expected =
            [
                Number(figures, "devices", "N0"), Figures.Percent((double)figures["hitShare"]!), figures["staySeconds"] is null ? "always" : Number(figures, "staySeconds", "N0") + " s",
                $"{(double)figures["hostBytes"]! / Math.Pow(2, 40):0.#} TiB", Number(figures, "silos", "N0"), Number(figures, "shards", "N0"), (string)plan["binds"]!,
            ];
            Assert.Equal($"{option} {value}: {string.Join(" | ", expected)}", $"{option} {value}: {string.Join(" | ", cells)}");
        }
    }

    [Fact]
    public void A_command_line_that_the_program_does_not_take_is_noticed()
    {
        Assert.NotEmpty(Program.Parse(["run", "--colour"]).Errors);
        Assert.NotEmpty(Program.Parse(["run", "--silo", "host:1"]).Errors);
        Assert.NotEmpty(Program.Parse(["no-such-command"]).Errors);
    }

    private static string Number(JsonNode figures, string key, string format) => ((double)figures[key]!).ToString(format, CultureInfo.InvariantCulture);
}
