using Microsoft.Data.Sqlite;

namespace Longer.Grid.Grains;

/// <summary>The tables and statements that Orleans' own persistence reads from a database; its packages bring none.</summary>
internal static class OrleansSchema
{
    private const string Resource = "Longer.Grid.Grains.Hosting.orleans-sqlite.sql";

    /// <summary>Makes them, or brings them up to date.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be opened or written.</exception>
    public static void Prepare(string connectionString)
    {
        try
        {
            using var script = new StreamReader(typeof(OrleansSchema).Assembly.GetManifestResourceStream(Resource)!);
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            connection.Execute(null, script.ReadToEnd());
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"The database cannot be opened: {e.Message}", e);
        }
    }
}
