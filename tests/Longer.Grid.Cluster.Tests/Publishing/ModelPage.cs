using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Longer.Grid.Cluster.Tests;

/// <summary>What docs/models.md tells people to run and to expect.</summary>
internal static partial class ModelPage
{
    private static readonly string Text = File.ReadAllText(Path.Combine(ToldCommandLines.Root, "docs", "models.md"));

    /// <summary>The answer to a broken model that the page shows.</summary>
    public static JsonNode Problem => JsonNode.Parse(JsonBlock().Matches(Text).Single().Groups[1].Value)!;

    /// <summary>What is changed in a model, and the one thing that is said to be wrong then.</summary>
    public static Dictionary<string, string> Refusals => RefusalRow().Matches(Text).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

    /// <summary>The shell commands among which one holds a text, as they are told for <c>http://127.0.0.1:5080</c>, for another address.</summary>
    public static string Commands(string containing, Uri url) =>
        ShellBlock().Matches(Text).Select(block => block.Groups[1].Value).Single(commands => commands.Contains(containing, StringComparison.Ordinal))
            .Replace("http://127.0.0.1:5080", url.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal)
            .Replace("docs/examples/", Path.Combine(ToldCommandLines.Root, "docs", "examples") + "/", StringComparison.Ordinal);

    [GeneratedRegex(@"^```json\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"^```sh\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^\| ([^|\n]+) \| `([^`\n]* [^`\n]*)` \|$", RegexOptions.Multiline)]
    private static partial Regex RefusalRow();
}
