namespace Longer.Grid.Grains;

/// <summary>No model has been activated, or the active one cannot be loaded, so nothing can be scored. Events are accepted all the same.</summary>
[GenerateSerializer, Alias("longer.no-active-model")]
public sealed class NoActiveModelException(string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}
