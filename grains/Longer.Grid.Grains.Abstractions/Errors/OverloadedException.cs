namespace Longer.Grid.Grains;

/// <summary>A bounded queue is full, or the caller's time would pass in it. Nothing was changed.</summary>
[GenerateSerializer, Alias("longer.overloaded")]
public sealed class OverloadedException(TimeSpan retryAfter, string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <summary>Delay before a retry is worth making, as known when thrown.</summary>
    [Id(0)]
    public TimeSpan RetryAfter { get; } = retryAfter;

    /// <summary>Whether it was refused for the time that its caller gave it, which passed or would pass, and not for a full queue alone.</summary>
    [Id(1)]
    public bool IsLate { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
