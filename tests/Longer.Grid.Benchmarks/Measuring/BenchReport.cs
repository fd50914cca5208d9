using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

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

    /// <summary>Writes the figures.</summary>
    /// <param name="file">Where; <see langword="null"/> writes nothing.</param>
    /// <param name="figures">Anything that can be written as JSON.</param>
    public static void Save(FileInfo? file, object figures)
    {
        if (file is not null)
        {
            using var stream = file.Create();
            JsonSerializer.Serialize(stream, figures, Json);
            Console.WriteLine($"Figures: {file}");
        }
    }
}
