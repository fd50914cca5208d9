namespace Longer.Grid.Model;

/// <summary>
/// A column of small numbers, a byte each for as long as they all fit. Written once per slot; wider ones go into a new column, so that readers of this
/// one need no lock.
/// </summary>
internal sealed class CodeColumn
{
    private readonly byte[]? _narrow;
    private readonly int[]? _wide;

    public CodeColumn(int capacity, bool isWide = false)
    {
        if (isWide)
        {
            _wide = new int[capacity];
        }
        else
        {
            _narrow = new byte[capacity];
        }
    }

    /// <summary>Bytes of one code.</summary>
    public int EntryBytes => _narrow is null ? sizeof(int) : sizeof(byte);

    public int this[int index]
    {
        get => _narrow is null ? _wide![index] : _narrow[index];
        set
        {
            if (_narrow is null)
            {
                _wide![index] = value;
            }
            else
            {
                _narrow[index] = checked((byte)value);
            }
        }
    }

    /// <summary>Whether a code can be written here.</summary>
    public bool Holds(int code) => _narrow is null || code <= byte.MaxValue;

    public CodeColumn Copy(int from, int count, int capacity, bool isWide)
    {
        var copy = new CodeColumn(capacity, isWide);
        for (var i = 0; i < count; i++)
        {
            copy[i] = this[from + i];
        }

        return copy;
    }
}
