using Microsoft.ML.OnnxRuntime;

namespace Longer.Grid.Model;

/// <summary>
/// Memory that rings have left, kept for the next ones: where a state goes so that another has room, what was freed is wanted again at once, and an
/// operating system asks more for its pages than a prefill does for writing into them.
/// </summary>
/// <remarks>What is taken and what is spare are never more than the budget together: <see cref="KvPool"/> sees to the one, this to the other.</remarks>
internal sealed class SpareMemory(OrtAllocator allocator, long budgetBytes) : IDisposable
{
    /// <summary>More than what the states of a few calls leave at once lies idle.</summary>
    public const long MostBytes = 64 << 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<OrtMemoryAllocation> _spares = new(); // The oldest first.
    private long _takenBytes;

    /// <summary>Bytes that wait for a ring.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes that were allocated: those that rings have, and those that wait.</summary>
    public long AllocatedBytes
    {
        get
        {
            lock (_lock)
            {
                return _takenBytes + Bytes;
            }
        }
    }

    /// <summary>Where the memory lies.</summary>
    public OrtMemoryInfo Info => allocator.Info;

    /// <summary>Memory of just this size, with whatever was written there before.</summary>
    public OrtMemoryAllocation Take(long bytes)
    {
        lock (_lock)
        {
            _takenBytes += bytes;
            for (var spare = _spares.Last; spare is not null; spare = spare.Previous)
            {
                if (spare.Value.Size == bytes)
                {
                    return Remove_NeedsLock(spare);
                }
            }

            Free_NeedsLock(Math.Max(0, budgetBytes - _takenBytes));
        }

        return allocator.Allocate(checked((uint)bytes));
    }

    /// <summary>Takes back what <see cref="Take"/> gave.</summary>
    public void Give(OrtMemoryAllocation memory)
    {
        lock (_lock)
        {
            _takenBytes -= memory.Size;
            Bytes += memory.Size;
            _spares.AddLast(memory);
            Free_NeedsLock(Math.Min(MostBytes, Math.Max(0, budgetBytes - _takenBytes)));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            Free_NeedsLock(0);
        }
    }

    private void Free_NeedsLock(long keepBytes)
    {
        while (Bytes > keepBytes)
        {
            Remove_NeedsLock(_spares.First!).Dispose();
        }
    }

    private OrtMemoryAllocation Remove_NeedsLock(LinkedListNode<OrtMemoryAllocation> spare)
    {
        _spares.Remove(spare);
        Bytes -= spare.Value.Size;
        return spare.Value;
    }
}
