using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Longer.Grid.Grains.Tests;

/// <summary>A real PostgreSQL server on loopback with fsync on, thrown away at its end.</summary>
internal sealed class LocalPostgreSql : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"longer-pg-{Guid.NewGuid():N}");
    private readonly int _port = FreePort();

    /// <summary>Where its files are.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>A new, empty database.</summary>
    public string NewDatabase()
    {
        var name = $"db_{Guid.NewGuid():N}";
        using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A name made here.
        command.CommandText = $"CREATE DATABASE {name}";
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return ConnectionString(name);
    }

    /// <summary>Makes its files and starts it.</summary>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or does not start.</exception>
    public void Create()
    {
        // The server refuses to run as root; the package's own user runs it then.
        Run(null, Environment.IsPrivilegedProcess ? ["install", "-d", "-o", "postgres", "-m", "700", _folder] : ["install", "-d", "-m", "700", _folder]);
        Run("initdb", ["-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"]);
        Start();
    }

    /// <summary>Starts it on the data that there is.</summary>
    public void Start() =>
        Run("pg_ctl", ["-D", Data, "-w", "-l", Path.Combine(_folder, "log"), "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder}", "start"]);

    /// <summary>Restarts it as for new settings: connections are ended, in order.</summary>
    public void Restart()
    {
        Run("pg_ctl", ["-D", Data, "-w", "-m", "fast", "stop"]);
        Start();
    }

    /// <summary>Stops it as a crash would: connections break, and what was not committed is gone.</summary>
    public void Stop() => Run("pg_ctl", ["-D", Data, "-w", "-m", "immediate", "stop"]);

    /// <inheritdoc/>
    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database}";

    private static void Run(string? server, string[] arguments)
    {
        if (server is not null)
        {
            arguments = [Path.Combine(Programs(), server), .. arguments];
            arguments = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", .. arguments] : arguments;
        }

        // Its output goes nowhere: the server that pg_ctl starts would hold a pipe open for ever.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "\"$@\" >/dev/null 2>&1", "sh", .. arguments]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }

    private static string Programs() =>
        (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
            .Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order().LastOrDefault()
        ?? throw new InvalidOperationException("PostgreSQL is not installed: tests/run installs it.");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
