using System.Diagnostics;

namespace Longer.Grid.Grains.Tests;

/// <summary>A real PostgreSQL server for one test class, thrown away after it; durable as the store asks for.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private readonly LocalPostgreSql _server = new();

    /// <inheritdoc cref="LocalPostgreSql.NewDatabase"/>
    public string NewDatabase() => _server.NewDatabase();

    public ValueTask InitializeAsync()
    {
        _server.Create();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc cref="LocalPostgreSql.Start"/>
    public void Start() => _server.Start();

    /// <inheritdoc cref="LocalPostgreSql.Stop"/>
    public void Stop() => _server.Stop();

    /// <inheritdoc cref="LocalPostgreSql.Restart"/>
    public void Restart() => _server.Restart();

    /// <summary>Stops all of the server from running, as a machine does that hangs: connections stay open, and nothing is answered.</summary>
    public void Freeze()
    {
        // The postmaster first: it makes no further process then.
        Signal("STOP", [Postmaster]);
        Signal("STOP", Children());
    }

    /// <summary>Lets a frozen server go on as if no time had passed.</summary>
    public void Resume() => Signal("CONT", [.. Children(), Postmaster]);

    public ValueTask DisposeAsync()
    {
        if (File.Exists(PidFile))
        {
            Resume();
        }

        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private string PidFile => Path.Combine(_server.Data, "postmaster.pid");

    private string Postmaster => File.ReadLines(PidFile).First();

    private List<string> Children() =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(pid => int.TryParse(pid, out _) && ParentOf(pid!) == Postmaster).Select(pid => pid!)];

    private static string? ParentOf(string pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..].Trim();
        }
        catch (IOException)
        {
            return null; // It has ended meanwhile.
        }
    }

    private static void Signal(string name, List<string> pids)
    {
        if (pids.Count > 0)
        {
            using var kill = Process.Start("kill", [$"-{name}", .. pids]);
            kill.WaitForExit();
        }
    }
}
