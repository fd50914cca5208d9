namespace Longer.Grid.Grains;

/// <summary>No such silo is in the cluster.</summary>
[GenerateSerializer, Alias("longer.unknown-silo")]
public sealed class UnknownSiloException(string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
