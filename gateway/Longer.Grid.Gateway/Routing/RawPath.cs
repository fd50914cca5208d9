using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Longer.Grid.Gateway;

/// <summary>
/// Routes by the path as it was sent. The server decodes percent-encodings and folds <c>..</c> before routing, after which an id such as
/// <c>a/b</c>, <c>%2F</c> or <c>..</c> cannot be told from the path around it.
/// </summary>
internal sealed class RawPath
{
    private const int ShownChars = 100;

    private static readonly (string Prefix, string Parameter)[] Collections = [("/v1/users/", "{id}"), ("/v1/models/", "{version}"), ("/v1/cluster/silos/", "{silo}")];

    /// <summary>A path of its own: no version has this name.</summary>
    private const string Rollback = "/v1/models/rollback";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _parameter;
    private readonly string _segment;

    private RawPath(string parameter, string segment) => (_parameter, _segment) = (parameter, segment);

    /// <summary>Puts the raw path before the router, its id replaced by the parameter's name.</summary>
    public static void Apply(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v1"))
        {
            return;
        }

        var path = WithoutAuthority(PathOf(context));
        foreach (var (prefix, parameter) in Collections)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal) && path != Rollback)
            {
                var segment = path[prefix.Length..];
                var end = segment.IndexOf('/');
                var rest = end < 0 ? "" : segment[end..];
                context.Features.Set(new RawPath(parameter, end < 0 ? segment : segment[..end]));
                path = $"{prefix}{parameter}{rest}";
                break;
            }
        }

        // The conversion from a string would decode it.
        context.Request.Path = new PathString(path);
    }

    /// <summary>What was asked for, without the query.</summary>
    public static string PathOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    /// <summary>A text of the request's head as a problem may repeat it: cut, and of printable ASCII.</summary>
    public static string Shown(string text, int chars = ShownChars)
    {
        var shown = string.Concat(text.Take(chars).Select(c => c is >= ' ' and <= '~' ? c : '?'));
        return text.Length > chars ? shown + "..." : shown;
    }

    /// <summary>The id in the path, decoded once.</summary>
    /// <exception cref="RequestRefusedException">It is no id.</exception>
    public static string Id(HttpContext context) => context.Features.GetRequiredFeature<RawPath>().Decode();

    // The target is a path, or a whole URI where a client speaks as if to a proxy.
    private static string WithoutAuthority(string path)
    {
        if (path.StartsWith('/'))
        {
            return path;
        }

        var authority = path.IndexOf("://", StringComparison.Ordinal);
        var slash = authority < 0 ? -1 : path.IndexOf('/', authority + 3);
        return slash < 0 ? "/" : path[slash..];
    }

    private string Decode()
    {
        var segment = _segment;
        if (!segment.Contains('%'))
        {
            // The same checks, without the copies.
            return segment.Length is 0 or > GatewayLimits.IdBytes || !Ascii.IsValid(segment) || Ids.HasControlCharacter(segment)
                ? throw Wrong(segment.Length == 0 ? "is empty" : "is too long, or holds characters that must be percent-encoded")
                : segment;
        }

        var bytes = new byte[segment.Length];
        var written = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            var c = segment[i];
            if (c == '%')
            {
                if (i + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[i + 1]) || !char.IsAsciiHexDigit(segment[i + 2]))
                {
                    throw Wrong($"holds a % at character {i + 1} that two hex digits do not follow");
                }

                bytes[written++] = byte.Parse(segment.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
            }
            else if (char.IsAscii(c))
            {
                bytes[written++] = (byte)c;
            }
            else
            {
                throw Wrong("holds characters that must be percent-encoded");
            }
        }

        if (written > GatewayLimits.IdBytes)
        {
            throw Wrong($"has {written} bytes");
        }

        string id;
        try
        {
            id = StrictUtf8.GetString(bytes.AsSpan(0, written));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong("is not valid UTF-8 once decoded");
        }

        return Ids.HasControlCharacter(id) ? throw Wrong("holds a control character") : id;
    }

    private RequestRefusedException Wrong(string detail) => new(ProblemType.InvalidRequest, _parameter, detail, Accepted.PathId);
}
