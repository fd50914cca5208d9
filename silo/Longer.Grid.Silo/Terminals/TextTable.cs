namespace Longer.Grid.Silo;

/// <summary>A table in plain text, printed row by row as its rows become known.</summary>
/// <param name="Terminal">Where it is printed.</param>
/// <param name="Columns">Titles and least widths, in characters; a negative width aligns to the right.</param>
internal sealed record TextTable(Terminal Terminal, params (string Title, int Width)[] Columns)
{
    /// <summary>Prints the titles and a rule.</summary>
    public TextTable Header()
    {
        Row([.. Columns.Select(c => c.Title)]);
        Row([.. Columns.Select(c => new string('-', Math.Max(c.Title.Length, Math.Abs(c.Width))))]);
        return this;
    }

    /// <summary>Prints a row; it has a cell for each column.</summary>
    public void Row(params string[] cells)
    {
        if (cells.Length != Columns.Length)
        {
            throw new ArgumentException($"{cells.Length} cells do not fit {Columns.Length} columns.", nameof(cells));
        }

        Terminal.Line(string.Join("  ", cells.Zip(Columns, Pad)).TrimEnd());
    }

    private static string Pad(string cell, (string Title, int Width) column)
    {
        var width = Math.Max(column.Title.Length, Math.Abs(column.Width));
        return column.Width < 0 ? cell.PadLeft(width) : cell.PadRight(width);
    }
}
