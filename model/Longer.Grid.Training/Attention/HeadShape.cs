using System.Numerics;

namespace Longer.Grid.Training;

/// <summary>How one head's rows lie in scratch memory.</summary>
internal readonly unsafe struct HeadShape
{
    private readonly int _keyRows;

    public HeadShape(AttentionPlan plan, int queryRows, int keyRows, int width)
    {
        var lanes = Vector<float>.Count;
        _keyRows = keyRows;
        HeadWidth = width / plan.Heads;
        PaddedWidth = (HeadWidth + lanes - 1) / lanes * lanes;
        TransposedStride = ((keyRows + lanes - 1) / lanes * lanes) + (2 * lanes);
        QueryFloats = (long)queryRows * PaddedWidth;
        KeyFloats = (long)keyRows * PaddedWidth;
        TransposedFloats = (long)HeadWidth * TransposedStride;
        Scale = 1 / MathF.Sqrt(HeadWidth);
    }

    public int HeadWidth { get; }

    /// <summary>The head's width rounded up to whole vectors.</summary>
    public int PaddedWidth { get; }

    /// <summary>Floats from one dimension's keys to the next one's: two vectors past the last key may be read.</summary>
    public int TransposedStride { get; }

    public long QueryFloats { get; }

    public long KeyFloats { get; }

    public long TransposedFloats { get; }

    public float Scale { get; }

    /// <summary>Copies a head's columns: <c>[rows, stride]</c> to <c>[rows, PaddedWidth]</c>.</summary>
    public void Pack(float* from, int stride, int rows, float* to)
    {
        for (var i = 0; i < rows; i++, from += stride, to += PaddedWidth)
        {
            new ReadOnlySpan<float>(from, HeadWidth).CopyTo(new Span<float>(to, HeadWidth));
            new Span<float>(to + HeadWidth, PaddedWidth - HeadWidth).Clear();
        }
    }

    /// <summary>Copies a head's columns: <c>[keys, stride]</c> to <c>[HeadWidth, TransposedStride]</c>.</summary>
    public void PackTransposed(float* from, int stride, float* to)
    {
        // By blocks of keys, so that what is read stays in the first-level cache while it is written across.
        const int block = 16;
        for (var first = 0; first < _keyRows; first += block)
        {
            var end = Math.Min(_keyRows, first + block);
            for (var d = 0; d < HeadWidth; d++)
            {
                var column = to + ((long)d * TransposedStride);
                for (var j = first; j < end; j++)
                {
                    column[j] = from[((long)j * stride) + d];
                }
            }
        }

        for (var d = 0; d < HeadWidth; d++)
        {
            new Span<float>(to + ((long)d * TransposedStride) + _keyRows, TransposedStride - _keyRows).Clear();
        }
    }

    /// <summary>Copies a row back: <c>[PaddedWidth]</c> to the head's columns.</summary>
    public void Unpack(float* row, float* to) => new ReadOnlySpan<float>(row, HeadWidth).CopyTo(new Span<float>(to, HeadWidth));
}
