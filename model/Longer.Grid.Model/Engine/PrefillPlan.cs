namespace Longer.Grid.Model;

/// <summary>Which rows a prefill computes in each layer, and what each query sees (MODEL.md section 7).</summary>
internal sealed class PrefillPlan
{
    private readonly LongerConfig _config;
    private readonly Timeline _timeline;
    private readonly bool _empty;

    public PrefillPlan(LongerConfig config, in Timeline timeline)
    {
        _config = config;
        _timeline = timeline;
        _empty = timeline.Count == 0;
        Rows = RowsOf(config, timeline.Count);
    }

    /// <summary>Groups, the newest ones, whose h[l] is computed.</summary>
    public int[] Rows { get; }

    /// <summary>Rows of each layer for a history of some groups.</summary>
    public static int[] RowsOf(LongerConfig config, long groups)
    {
        var rows = new int[config.Layers];
        for (var l = 0; l < config.Layers; l++)
        {
            // Layer N feeds only globals and candidates: the newest k groups. Each layer below feeds k - 1 more.
            var newest = l == 0
                ? config.VisibleGroups + (config.SelfLayers * (config.RecentGroups - 1))
                : ((config.SelfLayers - l + 1) * (config.RecentGroups - 1)) + 1;

            // Without events one group of empty slots stands in, which nobody sees.
            rows[l] = (int)Math.Max(1, Math.Min(groups, newest));
        }

        return rows;
    }

    /// <summary>The oldest group of layer 0.</summary>
    public long From => _empty ? _timeline.First : _timeline.Newest - Rows[0] + 1;

    /// <summary>Groups of layer l that globals and candidates read.</summary>
    public int Visible(int layer) => _empty ? 0 : Math.Min(Rows[layer], _config.Window(layer));

    /// <summary>The first of them among the rows of layer l.</summary>
    public int FirstVisible(int layer) => Rows[layer] - Visible(layer);
}
