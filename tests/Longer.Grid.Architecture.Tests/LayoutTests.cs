namespace Longer.Grid.Architecture.Tests;

/// <summary>A stranger finds the room for the next change from the folder names alone (DESIGN.md section 2).</summary>
public sealed class LayoutTests
{
    private static readonly string[] CodeFolders = ["grains", "silo", "gateway", "model", "tests"];

    private static readonly string[] RootEntries =
    [
        .. CodeFolders, "docs", "deploy", ".ci",
        "Longer.Grid.sln", "README.md", "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig", "BannedSymbols.txt", ".gitignore",
    ];

    [Fact]
    public void All_code_lives_under_the_five_folders() =>
        Assert.All(Checkout.TrackedFiles().Where(f => f.EndsWith(".cs", StringComparison.Ordinal)), file =>
            Assert.Contains(file.Split('/')[0], CodeFolders));

    [Fact]
    public void The_root_holds_nothing_unexpected() =>
        Assert.Empty(Checkout.TrackedFiles().Select(f => f.Split('/')[0]).Distinct().Except(RootEntries));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Checkout.Root, "Longer.Grid.sln")).Replace('\\', '/');

        Assert.All(Checkout.Projects, project => Assert.Contains(Path.GetRelativePath(Checkout.Root, project), solution, StringComparison.Ordinal));
    }

    [Fact]
    public void No_file_is_too_long_to_hold_in_the_head()
    {
        var tooLong = Checkout.TrackedFiles()
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal))
            .Select(f => (File: f, Lines: File.ReadLines(Path.Combine(Checkout.Root, f)).Count()))
            .Where(f => f.Lines > 400);

        Assert.Empty(tooLong);
    }
}
