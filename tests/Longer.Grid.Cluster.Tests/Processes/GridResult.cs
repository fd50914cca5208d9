namespace Longer.Grid.Cluster.Tests;

/// <summary>How a command ended, and what it said.</summary>
internal sealed record GridResult(int ExitCode, string Output, string Error)
{
    /// <summary>Holds the command to an exit code; what it said is shown where it has another.</summary>
    public GridResult ShouldExitWith(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode}, expected {code}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>Holds the command to a failure told in one line, without a trace.</summary>
    public string ShouldFailInOneLine()
    {
        ShouldExitWith(1);
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("longer-grid: ", line, StringComparison.Ordinal);
        return line;
    }
}
