namespace Longer.Grid.Model;

/// <summary>What one device may use.</summary>
public sealed record EngineOptions
{
    /// <summary><c>cpu</c>, or <c>cuda:N</c> in a build for CUDA. Default <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Calls that run at once, each on a thread of its own. Default: the processors, at most 4. 1 to 64.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Memory for K/V rings, in bytes. Default 2 GiB.</summary>
    public long KvBudgetBytes { get; init; } = 2L << 30;

    /// <summary>How K/V rings are kept. Default <see cref="KvStorage.Full"/>.</summary>
    public KvStorage KvStorage { get; init; } = KvStorage.Full;

    /// <summary>Calls that may wait for a worker, and as many for memory. Default 1024. At least 1.</summary>
    public int QueueLimit { get; init; } = 1024;

    /// <summary>A call that would wait for longer than this for a worker is refused at once. Default 2 s. Above zero.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);
}
