using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Longer.Grid.Benchmarks;

/// <summary>A real redis-server on loopback that keeps nothing on disk, for as long as this lives.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Process _process;

    private RedisServer(Process process, ConnectionMultiplexer connection) => (_process, Connection) = (process, connection);

    /// <summary>To it.</summary>
    public ConnectionMultiplexer Connection { get; }

    /// <summary>Starts one on a free port.</summary>
    /// <exception cref="InvalidOperationException">There is no redis-server on this machine.</exception>
    public static RedisServer Start()
    {
        var port = FreePort();
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("redis-server is needed for this comparison: apt-get install redis-server", e);
        }

        process.BeginOutputReadLine();
        var options = new ConfigurationOptions { EndPoints = { { IPAddress.Loopback, port } }, ConnectRetry = 20, AbortOnConnectFail = false };
        return new(process, ConnectionMultiplexer.Connect(options));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Connection.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
