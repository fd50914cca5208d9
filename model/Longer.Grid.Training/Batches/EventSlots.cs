using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>Collects the events of groups, K slots a group.</summary>
internal sealed class EventSlots(LongerConfig config)
{
    private readonly List<int> _filledSlots = [];

    public int Groups => _filledSlots.Count;

    public List<int> Items { get; } = [];

    public List<int>[] Sides { get; } = [.. config.Sides.Select(_ => new List<int>())];

    public List<int> Actions { get; } = [];

    public List<int> Gaps { get; } = [];

    /// <summary>Adds a group's first events; the other slots stay empty and read row 0.</summary>
    public void Add(EncodedUser user, long group, int filled)
    {
        var first = (int)((group * config.GroupSize) - user.FirstOrdinal);
        Add(Items, user.ItemRows, first, filled);
        Add(Actions, user.ActionRows, first, filled);
        Add(Gaps, user.GapBuckets, first, filled);
        for (var s = 0; s < Sides.Length; s++)
        {
            Add(Sides[s], user.SideRows[s], first, filled);
        }

        _filledSlots.Add(filled);
    }

    /// <summary>1 for a filled slot, 0 for an empty one; null if all are filled.</summary>
    public float[]? Filled()
    {
        if (_filledSlots.TrueForAll(filled => filled == config.GroupSize))
        {
            return null;
        }

        var mask = new float[Groups * config.GroupSize];
        for (var g = 0; g < Groups; g++)
        {
            mask.AsSpan(g * config.GroupSize, _filledSlots[g]).Fill(1);
        }

        return mask;
    }

    /// <summary>All slots of a group see its filled ones. What an empty slot makes of them is dropped.</summary>
    public AttentionPlan Plan()
    {
        var tiles = new AttentionTile[Groups];
        for (var g = 0; g < tiles.Length; g++)
        {
            tiles[g] = new(g * config.GroupSize, config.GroupSize, g * config.GroupSize, _filledSlots[g], 0, 0, -1, -1, -1);
        }

        return new AttentionPlan(config.InnerHeads, tiles, []);
    }

    private void Add(List<int> column, int[] rows, int first, int filled)
    {
        column.AddRange(rows.AsSpan(first, filled));
        for (var i = filled; i < config.GroupSize; i++)
        {
            column.Add(0);
        }
    }
}
