using System.Globalization;
using System.Text;

namespace Longer.Grid.Training;

/// <summary>
/// Reads what <c>git log -z --no-renames --name-status</c> writes with <see cref="Format"/>. Everything ends in a zero byte, which no path can
/// hold; a commit starts with a byte 1, which no status does.
/// </summary>
internal static class GitLogParser
{
    /// <summary>Time, address and name of the author.</summary>
    public const string Format = "%x01%at%x00%aE%x00%aN";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Commits in the order of the log. Reads as it is enumerated.</summary>
    /// <exception cref="InvalidDataException">It is not such a log.</exception>
    public static IEnumerable<GitCommit> Parse(Stream log)
    {
        var tokens = Tokens(log).GetEnumerator();
        (long AtSeconds, string Email, string Name)? author = null;
        var touches = new List<GitTouch>();
        while (tokens.MoveNext())
        {
            // The list of files starts on a line of its own; a commit without files is followed by nothing.
            var token = Encoding.Latin1.GetString(tokens.Current).TrimStart('\n');
            if (token.Length == 0)
            {
                continue;
            }

            if (token[0] == '\u0001')
            {
                if (author is { } before)
                {
                    yield return new(before.AtSeconds, before.Email, before.Name, touches);
                    touches = [];
                }

                author = (long.Parse(token.AsSpan(1), CultureInfo.InvariantCulture), Lossy(Next(tokens)), Lossy(Next(tokens)));
            }
            else if (author is not null)
            {
                touches.Add(new(token[0], Strict(Next(tokens))));
            }
            else
            {
                throw new InvalidDataException("git log begins with something other than a commit");
            }
        }

        if (author is { } last)
        {
            yield return new(last.AtSeconds, last.Email, last.Name, touches);
        }
    }

    private static byte[] Next(IEnumerator<byte[]> tokens) =>
        tokens.MoveNext() ? tokens.Current : throw new InvalidDataException("git log ends in the middle of a commit");

    private static string Lossy(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static string? Strict(byte[] bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // Paths are bytes to git; one that is no text is counted as unusable by the caller.
            return null;
        }
    }

    private static IEnumerable<byte[]> Tokens(Stream log)
    {
        var buffer = new byte[1 << 16];
        var token = new List<byte>();
        int count;
        while ((count = log.Read(buffer)) > 0)
        {
            var at = 0;
            while (at < count)
            {
                var length = buffer.AsSpan(at, count - at).IndexOf((byte)0);
                if (length < 0)
                {
                    token.AddRange(buffer.AsSpan(at, count - at));
                    break;
                }

                if (token.Count == 0)
                {
                    yield return buffer[at..(at + length)];
                }
                else
                {
                    token.AddRange(buffer.AsSpan(at, length));
                    yield return [.. token];
                    token.Clear();
                }

                at += length + 1;
            }
        }

        if (token.Count > 0)
        {
            yield return [.. token];
        }
    }
}
