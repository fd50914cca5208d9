using System.Globalization;
using Longer.Grid.Training;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Longer.Grid.Silo;

/// <summary>The rows of <c>evaluate --scaling</c> as curves: for each task its AUC, and below it its log loss, over the operations of a cold request.</summary>
internal static class ScalingPlot
{
    private const double Width = 900;
    private const double PanelHeight = 330;

    // Of a panel's height, so that two panels do not touch.
    private const double Gap = 0.05;

    private static readonly (ScalingSeries Series, string Name, OxyColor Color, MarkerType Marker)[] Curves =
    [
        (ScalingSeries.Length, "L", OxyColors.Black, MarkerType.Circle),
        (ScalingSeries.Merge, "K, InnerTrans", OxyColor.FromRgb(0xD5, 0x5E, 0x00), MarkerType.Square),
        (ScalingSeries.PlainMerge, "K, plain", OxyColor.FromRgb(0xE6, 0x9F, 0x00), MarkerType.Diamond),
        (ScalingSeries.RecentQueries, "k, recent", OxyColor.FromRgb(0x00, 0x72, 0xB2), MarkerType.Triangle),
        (ScalingSeries.UniformQueries, "k, uniform", OxyColor.FromRgb(0x00, 0x9E, 0x73), MarkerType.Cross),
        (ScalingSeries.Seed, "other seeds", OxyColors.Gray, MarkerType.Plus),
    ];

    /// <summary>Names of the curves, as the legend has them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Curves.Select(curve => curve.Name)];

    /// <summary>Draws.</summary>
    /// <param name="title">Above all.</param>
    /// <param name="tasks">Names of the tasks.</param>
    /// <param name="rows">The base first, then any others.</param>
    public static string Svg(string title, IReadOnlyList<string> tasks, IReadOnlyList<ScalingRow> rows)
    {
        var model = new PlotModel
        {
            Title = title,
            TitleFontSize = 15,
            DefaultFont = "Arial, Helvetica, sans-serif",
            Background = OxyColors.White,
            Padding = new OxyThickness(8, 16, 16, 8),
        };

        // Room for letters that are wider in the reader's font than here.
        model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop, LegendPadding = 24, LegendSymbolLength = 24, LegendLineSpacing = 6 });
        model.Axes.Add(new LogarithmicAxis
        {
            Position = AxisPosition.Bottom,
            Title = string.Create(CultureInfo.InvariantCulture, $"MFLOP of a cold request with {ScalingPoint.Candidates} candidates"),
            MajorGridlineStyle = LineStyle.Dot,
            AxisTitleDistance = 12,
            MinimumPadding = 0.05,
            MaximumPadding = 0.05,
        });
        for (var t = 0; t < tasks.Count; t++)
        {
            var task = t;
            var name = tasks.Count > 1 ? $"{tasks[t]}: " : "";
            AddPanel(model, 2 * t, 2 * tasks.Count, name + "AUC", rows, row => row.Tasks[task].Metrics.Auc, row => row.Tasks[task].AucInterval);
            AddPanel(model, (2 * t) + 1, 2 * tasks.Count, name + "log loss", rows, row => row.Tasks[task].Metrics.LogLoss, interval: null);
        }

        using var svg = new MemoryStream();
        new SvgExporter { Width = Width, Height = PanelHeight * 2 * tasks.Count, UseVerticalTextAlignmentWorkaround = true }.Export(model, svg);
        svg.Position = 0;
        return new StreamReader(svg).ReadToEnd();
    }

    private static void AddPanel(
        PlotModel model,
        int panel,
        int panels,
        string title,
        IReadOnlyList<ScalingRow> rows,
        Func<ScalingRow, double> value,
        Func<ScalingRow, (double Low, double High)>? interval)
    {
        var axis = new LinearAxis
        {
            Key = title,
            Position = AxisPosition.Left,
            Title = title,
            StartPosition = 1 - ((panel + 1 - Gap) / panels),
            EndPosition = 1 - ((panel + Gap) / panels),
            MajorGridlineStyle = LineStyle.Dot,
            AxisTitleDistance = 16,
            MinimumPadding = 0.08,
            MaximumPadding = 0.08,
        };
        model.Axes.Add(axis);
        foreach (var (series, name, color, marker) in Curves)
        {
            var own = Of(series, rows);
            if (own.Count == 0)
            {
                continue;
            }

            var curve = new LineSeries
            {
                // The first panel's stand for all in the legend.
                Title = name,
                RenderInLegend = panel == 0,
                YAxisKey = axis.Key,
                Color = color,
                LineStyle = series == ScalingSeries.Seed ? LineStyle.None : LineStyle.Solid,
                MarkerType = marker,
                MarkerSize = 4,
                MarkerFill = color,
                MarkerStroke = color,
            };
            curve.Points.AddRange(own.Select(row => new DataPoint(X(row), value(row))));
            model.Series.Add(curve);
            if (interval is not null)
            {
                model.Series.Add(Bars(own, interval, color, axis.Key));
            }

            foreach (var row in own.Where(row => row.Point.Series == series && series != ScalingSeries.Seed))
            {
                model.Annotations.Add(new TextAnnotation
                {
                    Text = Setting(row.Point),
                    TextPosition = new DataPoint(X(row), value(row)),
                    YAxisKey = axis.Key,
                    TextColor = color,
                    FontSize = 9,
                    Stroke = OxyColors.Transparent,
                    Offset = new ScreenVector(5, -1),
                    TextHorizontalAlignment = HorizontalAlignment.Left,
                    TextVerticalAlignment = VerticalAlignment.Bottom,
                });
            }
        }
    }

    /// <summary>A curve's rows along its axis; the base is a point of most curves.</summary>
    private static List<ScalingRow> Of(ScalingSeries series, IReadOnlyList<ScalingRow> rows)
    {
        var own = rows.Where(row => row.Point.Series == series).ToList();
        if (own.Count > 0 && series is ScalingSeries.Length or ScalingSeries.Merge or ScalingSeries.RecentQueries)
        {
            own.AddRange(rows.Where(row => row.Point.Series == ScalingSeries.Base));
        }

        return [.. own.OrderBy(row => series switch
        {
            ScalingSeries.Merge or ScalingSeries.PlainMerge => row.Point.Config.GroupSize,
            ScalingSeries.RecentQueries or ScalingSeries.UniformQueries => row.Point.Config.RecentGroups,
            _ => row.Point.Config.MaxEvents,
        })];
    }

    private static LineSeries Bars(List<ScalingRow> rows, Func<ScalingRow, (double Low, double High)> interval, OxyColor color, string axis)
    {
        var bars = new LineSeries { YAxisKey = axis, RenderInLegend = false, Color = OxyColor.FromAColor(90, color), StrokeThickness = 1 };
        foreach (var row in rows)
        {
            var (low, high) = interval(row);
            bars.Points.AddRange([new(X(row), low), new(X(row), high), DataPoint.Undefined]);
        }

        return bars;
    }

    private static string Setting(ScalingPoint point) => point.Series switch
    {
        ScalingSeries.Length => string.Create(CultureInfo.InvariantCulture, $"L {point.Config.MaxEvents:N0}"),
        ScalingSeries.Merge or ScalingSeries.PlainMerge => $"K {point.Config.GroupSize}",
        _ => $"k {point.Config.RecentGroups}",
    };

    private static double X(ScalingRow row) => row.Point.ColdFlops / 1e6;
}
