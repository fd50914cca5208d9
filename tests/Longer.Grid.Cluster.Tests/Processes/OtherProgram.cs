using System.Diagnostics;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A program that is not this project's, run to its end.</summary>
internal static class OtherProgram
{
    private static readonly string[] Pythons = ["python3", "/usr/bin/python3"];

    /// <summary>A python3 that has NumPy: the first of the path's and the system's.</summary>
    public static async Task<string> PythonAsync()
    {
        foreach (var python in Pythons)
        {
            if ((await RunAsync("/bin/sh", Path.GetTempPath(), "-c", $"{python} -c 'import numpy'")).ExitCode == 0)
            {
                return python;
            }
        }

        throw new InvalidOperationException("There is no python3 with NumPy; tests/run installs one (python3-numpy).");
    }

    /// <summary>Runs one of the scripts under docs/examples.</summary>
    public static async Task<GridResult> ScriptAsync(string script, params string[] arguments) =>
        await RunAsync(await PythonAsync(), Path.GetTempPath(), [Path.Combine(ToldCommandLines.Root, "docs", "examples", script), .. arguments]);

    /// <summary>Runs a program.</summary>
    /// <param name="program">Its name on the path, or its path.</param>
    /// <param name="folder">Where.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<GridResult> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var token = TestContext.Current.CancellationToken;
        var error = process.StandardError.ReadToEndAsync(token);
        var output = await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        return new(process.ExitCode, output, await error);
    }
}
