using System.Globalization;

namespace Longer.Grid.Training;

/// <summary>What became of the events that a reader gave.</summary>
/// <param name="Rows">Events given.</param>
/// <param name="Accepted">Events that joined a history.</param>
/// <param name="Users">Users that have an event.</param>
public sealed record IntakeReport(long Rows, long Accepted, int Users)
{
    /// <summary>Events dropped because their user had the same item, action and time already.</summary>
    public long Repeats => Rows - Accepted;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Rows:N0} events read, {Accepted:N0} of {Users:N0} users accepted, {Repeats:N0} repeats dropped");
}
