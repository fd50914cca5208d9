using System.IO.Hashing;
using System.Runtime.InteropServices;
using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Reads a checkpoint (<see cref="CheckpointFormat"/>), first the weights, then the optimizer.</summary>
internal sealed class CheckpointReader : IDisposable
{
    private readonly Stream _stream;
    private readonly XxHash64 _hash = new();
    private readonly BinaryReader _reader;

    /// <summary>Reads as far as the weights.</summary>
    /// <param name="stream">Left open.</param>
    /// <exception cref="InvalidDataException">It is no checkpoint, or a damaged one.</exception>
    public CheckpointReader(Stream stream)
    {
        _stream = stream;
        _reader = new BinaryReader(new HashedStream(stream, _hash));
        (Config, Weights) = Guarded(() =>
        {
            if (_reader.ReadUInt64() != CheckpointFormat.Magic)
            {
                throw Wrong("it does not begin as one");
            }

            var length = _reader.ReadInt32();
            var config = length is > 0 and <= CheckpointFormat.LongestConfig ? LongerConfigJson.Parse(_reader.ReadBytes(length)) : throw Wrong("its config has no length");
            var tensors = new Dictionary<string, float[]>(StringComparer.Ordinal);
            foreach (var spec in TensorCatalog.Of(config))
            {
                var tensor = new float[spec.Elements];
                _reader.ReadExactly(MemoryMarshal.AsBytes(tensor.AsSpan()));
                tensors.Add(spec.Name, tensor);
            }

            return (config, new ModelWeights(config, tensors));
        });
    }

    public LongerConfig Config { get; }

    public ModelWeights Weights { get; }

    /// <summary>Reads the rest, and whether all of it is what was written.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public void ReadInto(AdamW optimizer) => Guarded(() =>
    {
        optimizer.Read(_reader);
        var read = _hash.GetCurrentHash();
        var written = new byte[read.Length];
        _stream.ReadExactly(written);
        return written.AsSpan().SequenceEqual(read) ? true : throw Wrong("its sum is another");
    });

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is EndOfStreamException or ModelFormatException or OverflowException)
        {
            throw Wrong(e.Message, e);
        }
    }

    private static InvalidDataException Wrong(string problem, Exception? inner = null) => new($"The training checkpoint cannot be read: {problem}", inner);
}
