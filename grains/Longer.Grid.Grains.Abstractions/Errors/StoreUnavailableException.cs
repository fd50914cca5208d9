namespace Longer.Grid.Grains;

/// <summary>The durable store did not commit, or did not say whether it did.</summary>
[GenerateSerializer, Alias("longer.store-unavailable")]
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}
