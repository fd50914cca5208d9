using System.Runtime.InteropServices;

namespace Longer.Grid.Training;

/// <summary>Working memory of one attention call, kept by the thread for the next one.</summary>
internal sealed unsafe class AttentionScratch : IDisposable
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static List<Block>? _kept;

    private readonly List<Block> _blocks = _kept ??= [];
    private int _taken;

    /// <summary>A buffer until disposal, aligned to a cache line. Its contents are undefined.</summary>
    public float* Take(long floats)
    {
        if (_taken == _blocks.Count)
        {
            _blocks.Add(new Block());
        }

        return _blocks[_taken++].AtLeast(floats);
    }

    /// <summary>Leaves the buffers to the thread's next call.</summary>
    public void Dispose() => _taken = 0;

    // The finalizer frees the memory some time after the thread has ended.
    private sealed class Block
    {
        private float* _memory;
        private long _floats;

        ~Block() => NativeMemory.AlignedFree(_memory);

        public float* AtLeast(long floats)
        {
            if (floats > _floats)
            {
                NativeMemory.AlignedFree(_memory);
                _floats = floats + (floats / 4);
                _memory = (float*)NativeMemory.AlignedAlloc((nuint)_floats * sizeof(float), Alignment);
            }

            return _memory;
        }
    }
}
