using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Longer.Grid.Silo;

/// <summary>Where the gateway listens.</summary>
/// <param name="Ip">The address; <see langword="null"/> is every address of the machine.</param>
/// <param name="Port">0 lets the system choose.</param>
internal sealed record ListenAddress(IPAddress? Ip, int Port)
{
    /// <summary>What <see cref="TryParse"/> takes, for error messages.</summary>
    public const string Accepted = "http://HOST:PORT, HOST being an IP address, localhost or *; port 0 takes a free one";

    /// <summary>Whether only processes of this machine can reach it.</summary>
    public bool IsLoopback => Ip is not null && IPAddress.IsLoopback(Ip);

    /// <summary>Reads an address; <c>localhost</c> is 127.0.0.1.</summary>
    public static bool TryParse(string text, out ListenAddress address)
    {
        address = null!;
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return false;
        }

        if (parsed.Scheme != "http" || parsed.PathBase.Length > 0 || parsed.Port is < 0 or > IPEndPoint.MaxPort)
        {
            return false;
        }

        IPAddress? ip = null;
        if (parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            ip = IPAddress.Loopback;
        }
        else if (parsed.Host != "*" && !IPAddress.TryParse(parsed.Host, out ip))
        {
            return false;
        }

        address = new(ip, parsed.Port);
        return true;
    }

    /// <summary>Refuses an address that other machines reach, because there is no authentication.</summary>
    /// <param name="unless">Whether the caller allows anyone.</param>
    /// <exception cref="CommandException">It is such an address, and the caller does not.</exception>
    public void RequireLoopback(bool unless)
    {
        if (!IsLoopback && !unless)
        {
            throw new CommandException(
                $"--http {this}: other machines can reach this address, and there is no authentication; "
                + "listen on loopback, such as 127.0.0.1, or add --allow-unauthenticated")
            {
                ExitCode = ExitCodes.Usage,
            };
        }
    }

    /// <summary>Makes a server listen here.</summary>
    public void Bind(KestrelServerOptions kestrel)
    {
        if (Ip is null)
        {
            kestrel.ListenAnyIP(Port);
        }
        else
        {
            kestrel.Listen(Ip, Port);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Ip is null ? $"http://*:{Port}" : $"http://{new IPEndPoint(Ip, Port)}";
}
