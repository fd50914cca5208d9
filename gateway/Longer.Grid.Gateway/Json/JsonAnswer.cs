using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace Longer.Grid.Gateway;

/// <summary>Writes a JSON answer through pooled memory, whole, so that it has a length and is never cut short by an error.</summary>
internal static class JsonAnswer
{
    // A larger buffer is not worth keeping: 2,000 candidates with a few tasks fit.
    private const int KeptBytes = 1 << 20;

    private static readonly ObjectPool<Buffered> Pool = new DefaultObjectPool<Buffered>(new Policy());

    /// <summary>Answers with what <paramref name="write"/> writes, with the status that the response has.</summary>
    public static Task WriteAsync<T>(HttpContext context, T state, Action<Utf8JsonWriter, T> write) =>
        WriteAsync(context, "application/json", state, write);

    /// <summary>Answers with what <paramref name="write"/> writes, under another content type.</summary>
    public static async Task WriteAsync<T>(HttpContext context, string contentType, T state, Action<Utf8JsonWriter, T> write)
    {
        var buffered = Pool.Get();
        try
        {
            write(buffered.Writer, state);
            buffered.Writer.Flush();
            context.Response.ContentType = contentType;
            context.Response.ContentLength = buffered.Bytes.WrittenCount;
            await context.Response.Body.WriteAsync(buffered.Bytes.WrittenMemory);
        }
        finally
        {
            Pool.Return(buffered);
        }
    }

    /// <summary>What an answer with the same content would hold.</summary>
    public static byte[] Bytes<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var buffered = new Buffered();
        write(buffered.Writer, state);
        buffered.Writer.Flush();
        return buffered.Bytes.WrittenSpan.ToArray();
    }

    private sealed class Buffered
    {
        // Answers are JSON, never inlined in HTML: only what JSON itself asks for is escaped.
        private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

        public Buffered() => Writer = new Utf8JsonWriter(Bytes, Options);

        public ArrayBufferWriter<byte> Bytes { get; } = new(4096);

        public Utf8JsonWriter Writer { get; }
    }

    private sealed class Policy : PooledObjectPolicy<Buffered>
    {
        public override Buffered Create() => new();

        public override bool Return(Buffered obj)
        {
            obj.Bytes.ResetWrittenCount();
            obj.Writer.Reset();
            return obj.Bytes.Capacity <= KeptBytes;
        }
    }
}
