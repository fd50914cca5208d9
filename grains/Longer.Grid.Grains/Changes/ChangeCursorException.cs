namespace Longer.Grid.Grains;

/// <summary>
/// A cursor names a change that the database has not come to: it was restored to an older state, and what is written from now on would be
/// passed over (docs/operations.md).
/// </summary>
[GenerateSerializer, Alias("longer.change-cursor")]
public sealed class ChangeCursorException(string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
