using System.Diagnostics;
using System.Globalization;

namespace Longer.Grid.Cluster.Tests;

/// <summary>The built executable, run as its users run it.</summary>
internal sealed class GridCommand : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly List<string> _lines = [];

    private GridCommand(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Everything read from standard output so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts a command line; its output is piped, so it is not a terminal.</summary>
    public static GridCommand Start(params string[] arguments) => StartProgram("longer-grid", arguments);

    /// <summary>Starts another program of this project.</summary>
    public static GridCommand StartProgram(string program, params string[] arguments)
    {
        // Tests that run in the background of a shell would hand on that Ctrl-C is ignored. A file that may not grow is an error to the program
        // here, as a full disk is, and not its end.
        var start = new ProcessStartInfo("env")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        Array.ForEach(["--default-signal=INT,QUIT", "--ignore-signal=XFSZ", Path.Combine(AppContext.BaseDirectory, program), .. arguments], start.ArgumentList.Add);
        return new(Process.Start(start)!);
    }

    /// <summary>Runs a command line to its end.</summary>
    public static async Task<GridResult> RunAsync(params string[] arguments)
    {
        using var command = Start(arguments);
        return await command.EndAsync();
    }

    /// <summary>Reads standard output up to a line that contains a text.</summary>
    /// <returns>The line.</returns>
    public async Task<string> LineAsync(string containing, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            _lines.Add(line);
            if (line.Contains(containing, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The process ended without a line with \"{containing}\".\n{Output}\n{await _error}");
    }

    /// <summary>Writes a line to standard input.</summary>
    public void Say(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Asks the process to stop as a service manager does.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Asks the process to stop as Ctrl-C does.</summary>
    public void Interrupt() => Signal("INT");

    /// <summary>Ends the process as a crash does: nothing of it runs any more.</summary>
    public void Kill() => Signal("KILL");

    /// <summary>Stops the process from running at all, as a machine does that hangs.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>Lets a frozen process go on as if no time had passed.</summary>
    public void Resume() => Signal("CONT");

    /// <summary>Lets no file that the process writes grow, or become other, beyond so many bytes; <see langword="null"/> lets them again.</summary>
    public void LimitFiles(long? bytes)
    {
        using var limit = Process.Start("prlimit", [$"--pid={_process.Id}", $"--fsize={bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"}:unlimited"]);
        limit.WaitForExit();
        Assert.Equal(0, limit.ExitCode);
    }

    /// <summary>Waits for the end.</summary>
    public async Task<GridResult> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(_process.ExitCode, Output + (_lines.Count > 0 ? "\n" : "") + output, await _error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }
}
