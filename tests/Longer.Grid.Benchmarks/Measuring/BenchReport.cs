using System.Text.Encodings.Web;
using System.Text.Json;
using Longer.Grid.Model;
using Spectre.Console;
using GridOptions = Longer.Grid.Silo.SharedOptions;

namespace Longer.Grid.Benchmarks;

/// <summary>A benchmark's table for a reader, and the same figures as JSON.</summary>
internal static class BenchReport
{
    private const int TableWidth = 160;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Prints a table; the first column is text, the others are numbers.</summary>
    public static void Print(string title, IReadOnlyList<string> columns, IEnumerable<string[]> rows)
    {
        AnsiConsole.Profile.Width = TableWidth;
        var table = new Table().Border(TableBorder.Markdown).Title(Markup.Escape(title));
        for (var c = 0; c < columns.Count; c++)
        {
            table.AddColumn(c == 0 ? new TableColumn(columns[c]) : new TableColumn(columns[c]).RightAligned());
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Writes the figures, with what they were measured by.</summary>
    /// <param name="options">Where they go, and who measured how often.</param>
    /// <param name="storage">Of the K/V rings.</param>
    /// <param name="peakGflops">Of a caller, in billions, where it was measured in the same run.</param>
    /// <param name="figures">Anything that can be written as JSON.</param>
    public static void Save(BenchOptions options, KvStorage storage, double? peakGflops, object figures) => Save(
        options.Output,
        new { options.Workers, options.Rounds, options.Quick, Storage = GridOptions.NameOf(storage), PeakGflops = peakGflops, Figures = figures });

    /// <summary>Writes figures as they are.</summary>
    public static void Save(FileInfo file, object figures)
    {
        file.Directory?.Create();
        using (var stream = file.Create())
        {
            JsonSerializer.Serialize(stream, figures, Json);
        }

        Console.WriteLine($"Figures: {file.FullName}");
    }
}
