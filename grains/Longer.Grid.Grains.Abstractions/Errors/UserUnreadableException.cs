namespace Longer.Grid.Grains;

/// <summary>What the store holds of one user cannot be read. Other users are not concerned.</summary>
[GenerateSerializer, Alias("longer.user-unreadable")]
public sealed class UserUnreadableException(string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
