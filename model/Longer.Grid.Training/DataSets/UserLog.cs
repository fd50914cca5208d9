using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>One user's accepted events.</summary>
/// <param name="UserId">The user's id as its source gave it.</param>
/// <param name="Events">In time order, repeats dropped.</param>
/// <param name="History">The same as the model reads it: the same order, the same ordinals.</param>
public sealed record UserLog(string UserId, IReadOnlyList<BehaviorRecord> Events, HistorySnapshot History)
{
    /// <summary>How many events are strictly earlier than a moment: they come first.</summary>
    public int EventsBefore(long atMs)
    {
        var (low, high) = (0, History.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = History.AtMs(History.FirstOrdinal + middle) < atMs ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
