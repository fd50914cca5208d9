namespace Longer.Grid.Model;

/// <summary>A history seen as groups of K events (MODEL.md sections 1 and 7).</summary>
internal readonly struct Timeline(HistorySnapshot history, int groupSize)
{
    public HistorySnapshot History => history;

    public int GroupSize => groupSize;

    /// <summary>The oldest group that can be computed.</summary>
    public long First { get; } = history.FirstWholeGroup(groupSize);

    /// <summary>The newest group, possibly partly filled; <see cref="First"/> - 1 when there is none.</summary>
    public long Newest => Math.Max(First - 1, (history.NextOrdinal + groupSize - 1) / groupSize - 1);

    /// <summary>Groups that can be computed.</summary>
    public long Count => Newest - First + 1;

    /// <summary>Time of a group's last event, by ordinal.</summary>
    public long LastMs(long group) => history.AtMs(Math.Min((group + 1) * groupSize, history.NextOrdinal) - 1);

    /// <summary>Whether a later event could still join the group.</summary>
    public bool IsPartial(long group) => (group + 1) * groupSize > history.NextOrdinal;
}
