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
    public int Visible(int layer) => _empty ? 0 : Math.Min(Rows[layer], Window(layer));

    /// <summary>The first of them among the rows of layer l.</summary>
    public int FirstVisible(int layer) => Rows[layer] - Visible(layer);

    /// <summary>Bias columns of the user globals in layer l, shape <c>[G, G + Visible(l)]</c>.</summary>
    public int[] GlobalBias(int layer)
    {
        int globals = _config.UserGlobals, visible = Visible(layer), width = globals + visible;
        var columns = new int[globals * width];
        for (var j = 0; j < visible; j++)
        {
            var group = _timeline.Newest - visible + 1 + j;
            columns[globals + j] = _timeline.BiasColumn(group, visible - j, _timeline.LastMs(_timeline.Newest));
        }

        FillGlobals(columns, globals, width);
        return columns;
    }

    /// <summary>
    /// Completes the columns of the user globals: each sees the globals from itself on, without a bias, and the groups as the first row has
    /// them.
    /// </summary>
    public static void FillGlobals(int[] columns, int globals, int width)
    {
        for (var i = 0; i < globals; i++)
        {
            if (i > 0)
            {
                Array.Copy(columns, globals, columns, (i * width) + globals, width - globals);
            }

            for (var j = 0; j < globals; j++)
            {
                columns[(i * width) + j] = j >= i ? BiasTable.NoBias : BiasTable.Masked;
            }
        }
    }

    /// <summary>Groups that a group of a layer looks back over, itself included.</summary>
    public int Window(int layer) => layer == 0 ? _config.VisibleGroups : _config.RecentGroups;
}
