namespace Longer.Grid.Model;

/// <summary>A device cannot take a call in time: its queue is full, its memory is all in use, or the caller's deadline would pass.</summary>
public sealed class DeviceOverloadedException(string message, TimeSpan retryAfter) : Exception(message)
{
    /// <summary>Delay before a retry is worth making.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>Whether it is the caller's deadline that passed or would pass.</summary>
    public bool IsLate { get; init; }
}
