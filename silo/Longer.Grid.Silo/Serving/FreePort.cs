using System.Net;
using System.Net.Sockets;

namespace Longer.Grid.Silo;

/// <summary>TCP ports of this machine.</summary>
internal static class FreePort
{
    /// <summary>A port of loopback that nobody listens on now.</summary>
    public static int OnLoopback()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Whether an address can be listened on now.</summary>
    public static bool IsFree(ListenAddress address)
    {
        try
        {
            Require(address);
            return true;
        }
        catch (CommandException)
        {
            return false;
        }
    }

    /// <summary>Finds out before anything is opened whether an address can be listened on.</summary>
    /// <exception cref="CommandException">It cannot.</exception>
    public static void Require(ListenAddress address)
    {
        var endPoint = new IPEndPoint(address.Ip ?? IPAddress.Any, address.Port);
        try
        {
            using var probe = new TcpListener(endPoint);
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new CommandException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"--http {address}: port {address.Port} is in use by another process"
                    : $"--http {address}: cannot listen there: {e.Message}",
                e);
        }
    }
}
