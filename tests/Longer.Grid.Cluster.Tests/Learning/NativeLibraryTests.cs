using System.Diagnostics;

namespace Longer.Grid.Cluster.Tests;

public sealed class NativeLibraryTests
{
    private const string Library = "libLibTorchSharp.so";

    // An installation like this one, but for one file; links, since libtorch is large.
    [Fact]
    public async Task A_native_library_that_cannot_be_loaded_is_told_with_what_helps()
    {
        using var folder = new TemporaryFolder();
        TinyData.Write(folder);
        var installed = Directory.CreateDirectory(folder["installed"]).FullName;
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            var copy = Path.Combine(installed, Path.GetFileName(file));
            if (Path.GetFileName(file).StartsWith("longer-grid", StringComparison.Ordinal))
            {
                File.Copy(file, copy);
            }
            else if (Path.GetFileName(file) != Library)
            {
                File.CreateSymbolicLink(copy, file);
            }
        }

        await File.WriteAllTextAsync(Path.Combine(installed, Library), "no library", TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(
            Path.Combine(installed, "longer-grid"), ["train", .. TinyData.Arguments(folder), "--out", folder["model"], "--epochs", "0.02"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        var line = new GridResult(process.ExitCode, await output, error).ShouldFailInOneLine();

        Assert.Contains(Library, line, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", line, StringComparison.Ordinal);
    }
}
