using System.Diagnostics;

namespace Longer.Grid.Architecture.Tests;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string[] Projects { get; } =
        [.. Directory.GetDirectories(Root).Where(d => !Path.GetFileName(d).StartsWith('.') && Path.GetFileName(d) != "artifacts")
            .SelectMany(folder => Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories))];

    /// <summary>What git tracks, as paths from the root.</summary>
    public static string[] TrackedFiles() => Run("git", "ls-files").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a program in the root and returns what it printed; a failure fails the test with all of it.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };

        // A build server that outlives this call would hold its output open, and the call with it.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}\n{error.Result}");
        return output;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Longer.Grid.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"There is no Longer.Grid.sln above {AppContext.BaseDirectory}.");
    }
}
