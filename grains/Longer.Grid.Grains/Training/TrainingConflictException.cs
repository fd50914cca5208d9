namespace Longer.Grid.Grains;

/// <summary>Somebody else has carried training on: what this process holds of it is not what goes on from here.</summary>
[GenerateSerializer, Alias("longer.training-conflict")]
public sealed class TrainingConflictException(string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}
