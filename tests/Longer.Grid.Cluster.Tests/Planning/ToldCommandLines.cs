using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Longer.Grid.Cluster.Tests;

/// <summary>The command lines of <c>longer-grid</c> that files under docs and deploy tell people and machines to run.</summary>
internal static partial class ToldCommandLines
{
    /// <summary>What stands in for what a machine fills in: the environment of a unit or a pod.</summary>
    private static readonly (string Written, string Value)[] Filled =
    [
        ("${LONGER_GRID_ADDRESS}", "10.0.0.7"), ("$(POD_IP)", "10.0.0.7"), ("${LONGER_GRID_DEVICE}", "cuda:0"), ("${LONGER_GRID_KV_MEMORY}", "8GiB"),
        ("${LONGER_GRID_KV_STORAGE}", "float16"),
    ];

    /// <summary>The checkout that these tests were built from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files that tell some, from the checkout's root.</summary>
    public static IEnumerable<string> Files()
    {
        string[] files = ["docs/sizing.md", "docs/operations.md", "docs/models.md", .. Below("deploy")];
        return files.Where(file => Of(file).Any());
    }

    /// <summary>The arguments of each command line in a file.</summary>
    public static IEnumerable<string[]> Of(string file)
    {
        var text = File.ReadAllText(Path.Combine(Root, file)).Replace("\\\n", " ", StringComparison.Ordinal);
        if (file.EndsWith(".yaml", StringComparison.Ordinal))
        {
            return ContainerCommand().Matches(text).Select(command => ListItem().Matches(command.Value).Skip(1).Select(item => Fill(item.Groups[1].Value)).ToArray());
        }

        var lines = file.EndsWith(".md", StringComparison.Ordinal)
            ? ShellLine().Matches(text).Concat(InlineCode().Matches(text))
            : UnitLine().Matches(text);
        return lines.Select(line => CommandLineParser.SplitCommandLine(Fill(line.Groups[1].Value)).ToArray());
    }

    /// <summary>Options that a page names by themselves, as code.</summary>
    public static IEnumerable<string> OptionsNamedIn(string file) =>
        InlineOption().Matches(File.ReadAllText(Path.Combine(Root, file))).Select(option => option.Groups[1].Value);

    /// <summary>Command lines of a page whose output is pasted below them.</summary>
    public static IEnumerable<(string[] Arguments, string Output)> Pasted(string file) =>
        PastedOutput().Matches(File.ReadAllText(Path.Combine(Root, file)).Replace("\\\n", " ", StringComparison.Ordinal))
            .Select(block => (CommandLineParser.SplitCommandLine(block.Groups[1].Value).ToArray(), block.Groups[2].Value));

    /// <summary>Rows of a page's table that begin with what one option changes; the cells after that.</summary>
    public static IEnumerable<(string Option, string Value, string[] Cells)> Variations(string file) =>
        Variation().Matches(File.ReadAllText(Path.Combine(Root, file)))
            .Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value.Split(" | ", StringSplitOptions.TrimEntries)));

    private static IEnumerable<string> Below(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file));

    private static string Fill(string text) => Filled.Aggregate(text, (filled, variable) => filled.Replace(variable.Written, variable.Value, StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Longer.Grid.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"There is no Longer.Grid.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^ *- /app/longer-grid\n(?: *(?:- .*|#.*)\n)+", RegexOptions.Multiline)]
    private static partial Regex ContainerCommand();

    [GeneratedRegex(@"^ *- (.*)$", RegexOptions.Multiline)]
    private static partial Regex ListItem();

    [GeneratedRegex(@"^(?:\$ )?longer-grid +([^#\n]*)", RegexOptions.Multiline)]
    private static partial Regex ShellLine();

    [GeneratedRegex(@"`longer-grid +([^`\n]*)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"^Exec\w+=\S*longer-grid +(.*)$", RegexOptions.Multiline)]
    private static partial Regex UnitLine();

    [GeneratedRegex(@"```sh\nlonger-grid +([^\n]*)\n```\n\n```text\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex PastedOutput();

    [GeneratedRegex(@"^\| [^|\n]*\(`(--[a-z-]+) (\S+)`[^|\n]*\) \| (.*) \|$", RegexOptions.Multiline)]
    private static partial Regex Variation();

    [GeneratedRegex(@"`(--[a-z][a-z-]*)[^`\n]*`")]
    private static partial Regex InlineOption();
}
