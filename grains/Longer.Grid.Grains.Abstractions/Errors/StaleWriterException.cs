namespace Longer.Grid.Grains;

/// <summary>Another activation of the same user has taken over; this one wrote nothing.</summary>
[GenerateSerializer, Alias("longer.stale-writer")]
public sealed class StaleWriterException(string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}
