using System.Net;

namespace Longer.Grid.Gateway;

/// <summary>Keeps a server without authentication to the machine that it runs on.</summary>
internal static class LoopbackOnly
{
    /// <summary>Whether only processes of this machine reach an endpoint. A Unix socket is one.</summary>
    public static bool IsLocal(EndPoint endpoint) => endpoint is not IPEndPoint ip || IPAddress.IsLoopback(ip.Address);

    /// <summary>Called for each endpoint before it is bound.</summary>
    /// <exception cref="InvalidOperationException">The endpoint can be reached from elsewhere; the server does not start.</exception>
    public static void Require(EndPoint endpoint)
    {
        if (!IsLocal(endpoint))
        {
            throw new InvalidOperationException(
                $"The gateway has no authentication, so it does not listen on {endpoint}, which other machines can reach. "
                + "Listen on loopback (127.0.0.1, [::1] or localhost), or pass --allow-unauthenticated.");
        }
    }
}
