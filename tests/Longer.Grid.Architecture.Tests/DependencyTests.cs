using System.Xml.Linq;

namespace Longer.Grid.Architecture.Tests;

/// <summary>Arrows go one way: who may know whom (DESIGN.md section 2).</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Longer.Grid.Model"] = [],
        ["Longer.Grid.Training"] = ["Longer.Grid.Model"],
        ["Longer.Grid.Grains.Abstractions"] = [],
        ["Longer.Grid.Grains"] = ["Longer.Grid.Grains.Abstractions", "Longer.Grid.Model"],
        ["Longer.Grid.Gateway"] = ["Longer.Grid.Grains.Abstractions"],
        ["Longer.Grid.Silo"] = ["Longer.Grid.Model", "Longer.Grid.Training", "Longer.Grid.Grains.Abstractions", "Longer.Grid.Grains", "Longer.Grid.Gateway"],
        ["Longer.Grid.Oracle"] = ["Longer.Grid.Model"],
        ["Longer.Grid.FaultySilo"] = ["Longer.Grid.Silo"],
    };

    private static readonly (string Project, string Package)[] NotAllowed =
    [
        ("Longer.Grid.Model", "Microsoft.Orleans"),
        ("Longer.Grid.Model", "TorchSharp"),
        ("Longer.Grid.Training", "Microsoft.Orleans"),
        ("Longer.Grid.Grains.Abstractions", "Microsoft.ML"),
        ("Longer.Grid.Grains", "TorchSharp"),
        ("Longer.Grid.Gateway", "Microsoft.ML"),
        ("Longer.Grid.Gateway", "Microsoft.Orleans.Server"),
    ];

    public static TheoryData<string> SourceProjects => [.. Allowed.Keys];

    public static TheoryData<string, string> ForbiddenPackages => [.. NotAllowed.Select(n => (n.Project, n.Package))];

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void A_project_references_only_what_its_layer_may_know(string project)
    {
        var references = Elements(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path));

        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void Every_project_outside_the_tests_has_a_rule() =>
        Assert.Empty(Checkout.Projects.Select(p => Path.GetFileNameWithoutExtension(p))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal) && !name.EndsWith(".Benchmarks", StringComparison.Ordinal))
            .Except(Allowed.Keys));

    [Theory]
    [MemberData(nameof(ForbiddenPackages))]
    public void A_package_stays_out_of_a_layer(string project, string packagePrefix) =>
        Assert.DoesNotContain(Elements(project, "PackageReference"), name => name.StartsWith(packagePrefix, StringComparison.Ordinal));

    // The deps.json lists everything that a host ships, transitive packages included.
    [Theory]
    [InlineData("TorchSharp", "serving must not carry libtorch")]
    [InlineData("libtorch", "serving must not carry libtorch")]
    [InlineData("Longer.Grid.Model/", "the gateway speaks to grains only")]
    [InlineData("Longer.Grid.Grains/", "the gateway sees abstractions, not implementations")]
    [InlineData("Microsoft.ML.OnnxRuntime", "the gateway runs no model")]
    public void The_gateway_ships_only_what_its_layer_allows(string forbidden, string reason)
    {
        var deps = File.ReadAllText(DepsFileOf("Longer.Grid.Gateway"));

        Assert.Contains("\"Longer.Grid.Gateway/", deps, StringComparison.Ordinal);
        Assert.False(deps.Contains($"\"{forbidden}", StringComparison.OrdinalIgnoreCase), $"The gateway ships {forbidden}: {reason}.");
    }

    [Fact]
    public void The_oracle_uses_nothing_of_the_model_but_its_config_and_its_weights()
    {
        // The generators of random histories, and what feeds an engine, stand in folders of their own and may use more.
        var source = string.Concat(Directory.GetFiles(Path.Combine(Checkout.Root, "tests/Longer.Grid.Oracle"), "Oracle*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.Contains("ModelWeights", source, StringComparison.Ordinal);
        foreach (var engineOnly in new[] { "EntityKey.", "LogBucket.Of", "HistorySnapshot(", "new EventHistory", "LongerEngine", "InferenceSession", "torch." })
        {
            Assert.DoesNotContain($" {engineOnly}", source, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Elements(string project, string name)
    {
        var file = Checkout.Projects.Single(p => Path.GetFileNameWithoutExtension(p) == project);
        return XDocument.Load(file).Descendants(name).Select(e => (string)e.Attribute("Include")!);
    }

    private static string DepsFileOf(string host)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        return Path.Combine(Checkout.Root, "artifacts", "bin", host, configuration, $"{host}.deps.json");
    }
}
