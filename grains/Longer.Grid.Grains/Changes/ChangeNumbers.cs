using System.Data.Common;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>
/// Keeps change numbers rising for as long as a database lives. PostgreSQL's are made of its server's transaction ids, which begin anew where the
/// database is restored into a younger server: what is written there would have lower numbers than what readers have passed.
/// </summary>
internal static class ChangeNumbers
{
    /// <summary>What the numbers begin from.</summary>
    public const string Table = "store_change";

    /// <summary>More than are given between a backup and the moment it is restored: readers may have passed numbers that the rows of a backup do not have.</summary>
    private const long Gap = 1_000_000_000;

    private static readonly string[] Tables = ["behavior_segment", "outcome"];

    /// <summary>The highest number of a row if the database would give it once more; <see langword="null"/> where all is well.</summary>
    public static long? Ahead(SqlDialect dialect, DbConnection connection, DbTransaction? transaction)
    {
        foreach (var table in Tables)
        {
            using var command = connection.Command(transaction, $"SELECT change FROM {table} WHERE change >= {dialect.NotGivenFrom} ORDER BY change DESC LIMIT 1");
            if (command.ExecuteScalar() is { } highest)
            {
                return Convert.ToInt64(highest, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    /// <summary>Has the numbers go on behind all that were given.</summary>
    /// <returns>Whether that was needed.</returns>
    public static bool CarryOn(SqlDialect dialect, DbConnection connection, DbTransaction transaction)
    {
        var needed = false;
        while (Ahead(dialect, connection, transaction) is { } highest)
        {
            connection.Execute(transaction, $"UPDATE {Table} SET number = @past WHERE id = 1", ("past", highest + Gap));
            needed = true;
        }

        return needed;
    }
}
