using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Longer.Grid.Gateway;

/// <summary>A JSON body in pooled memory.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 16 << 10;

    private byte[] _bytes;
    private int _count;

    private RequestBody(int capacity) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The body, until it is disposed.</summary>
    public ReadOnlySpan<byte> Utf8 => _bytes.AsSpan(0, _count);

    /// <summary>Reads a whole JSON body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Bytes it may have.</param>
    /// <exception cref="RequestRefusedException">It is larger, or not declared as JSON.</exception>
    public static Task<RequestBody> ReadJsonAsync(HttpContext context, long limit)
    {
        RefuseContentEncoding(context);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            throw WrongType("Content-Type", context.Request.ContentType, "application/json, in UTF-8");
        }

        return ReadAsync(context, limit);
    }

    /// <summary>Refuses a request with a body that says anything: nothing, or an empty object, is taken.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Bytes of it that are read.</param>
    /// <exception cref="RequestRefusedException">It says something.</exception>
    public static async Task RefuseAnyAsync(HttpContext context, long limit)
    {
        RefuseContentEncoding(context);
        using var body = await ReadAsync(context, limit);
        if (body._count > 0)
        {
            var json = new JsonBodyReader(body.Utf8);
            NoFields.Read(ref json);
        }
    }

    /// <summary>Refuses a body that is compressed or otherwise encoded.</summary>
    /// <exception cref="RequestRefusedException">It is.</exception>
    public static void RefuseContentEncoding(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !string.Equals(encoding.ToString(), "identity", StringComparison.OrdinalIgnoreCase))
        {
            throw WrongType("Content-Encoding", encoding.ToString(), "no content encoding");
        }
    }

    /// <summary>Refuses a body whose declared length is over its limit, and lets the server read any below it.</summary>
    /// <remarks>The server's own limit counts the framing of chunks too; the readers here count what is in them.</remarks>
    /// <exception cref="RequestRefusedException">It is over the limit.</exception>
    public static void Limit(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = null;
        }
    }

    /// <summary>The refusal of a body over its limit.</summary>
    public static RequestRefusedException TooLarge(long limit) =>
        new(new Problem(ProblemType.BodyTooLarge, $"The body of this route may have {limit} bytes.") { EndsConnection = true });

    /// <summary>The refusal of a type that is not taken.</summary>
    public static RequestRefusedException WrongType(string header, string? value, string accepted) =>
        new(ProblemType.UnsupportedMediaType, header, string.IsNullOrEmpty(value) ? "is missing" : $"\"{value}\" is not taken", accepted);

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _count = 0;
    }

    private static async Task<RequestBody> ReadAsync(HttpContext context, long limit)
    {
        Limit(context, limit);
        var reader = context.Request.BodyReader;
        var body = new RequestBody((int)(context.Request.ContentLength ?? FirstBytes));
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted);
                if (body._count + result.Buffer.Length > limit)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    throw TooLarge(limit);
                }

                body.Add(result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return body;
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private void Add(in ReadOnlySequence<byte> more)
    {
        var count = checked(_count + (int)more.Length);
        if (count > _bytes.Length)
        {
            var grown = ArrayPool<byte>.Shared.Rent(Math.Max(count, 2 * _bytes.Length));
            _bytes.AsSpan(0, _count).CopyTo(grown);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = grown;
        }

        more.CopyTo(_bytes.AsSpan(_count));
        _count = count;
    }
}
