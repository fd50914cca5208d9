using System.Text.Json;

namespace Longer.Grid.Architecture.Tests;

/// <summary>The two switches of the build: the device, and whether training is in it.</summary>
public sealed class BuildSwitchTests
{
    private const string Cpu = "Microsoft.ML.OnnxRuntime";
    private const string Cuda = "Microsoft.ML.OnnxRuntime.Gpu";

    [Theory]
    [InlineData("cpu", Cpu, Cuda)]
    [InlineData("cuda", Cuda, Cpu)]
    public void The_device_swaps_the_inference_package(string device, string expected, string other)
    {
        var packages = Items("model/Longer.Grid.Model/Longer.Grid.Model.csproj", "PackageReference", $"-p:LongerDevice={device}");

        Assert.Contains(expected, packages);
        Assert.DoesNotContain(other, packages);
    }

    [Fact]
    public void Only_one_project_names_the_inference_package()
    {
        var naming = Checkout.Projects.Where(p => File.ReadAllText(p).Contains("OnnxRuntime", StringComparison.Ordinal)).Select(p => Path.GetFileName(p));

        Assert.Equal(["Longer.Grid.Model.csproj"], naming);
    }

    [Fact]
    public void The_serving_image_carries_no_libtorch()
    {
        var folder = Directory.CreateTempSubdirectory("longer-serving-");
        try
        {
            // Artifacts of its own: what the tests run from must not be rebuilt under them.
            Checkout.Run(
                "dotnet", "publish", "silo/Longer.Grid.Silo", "-c", "Release", "-p:LongerTraining=false", "--artifacts-path", Path.Combine(folder.FullName, "artifacts"),
                "-o", Path.Combine(folder.FullName, "image"), "-v", "q", "--nologo", "--disable-build-servers");

            var shipped = Directory.GetFiles(Path.Combine(folder.FullName, "image")).Select(f => Path.GetFileName(f)).ToArray();
            Assert.Contains("longer-grid.dll", shipped);
            Assert.Contains("libonnxruntime.so", shipped);
            Assert.DoesNotContain(shipped, name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("Training", StringComparison.Ordinal));
            Assert.DoesNotContain("OxyPlot.dll", shipped);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<string> Items(string project, string item, string property)
    {
        using var json = JsonDocument.Parse(Checkout.Run("dotnet", "msbuild", project, $"-getItem:{item}", property));
        return [.. json.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray().Select(e => e.GetProperty("Identity").GetString()!)];
    }
}
