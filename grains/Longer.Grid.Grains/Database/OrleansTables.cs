namespace Longer.Grid.Grains;

/// <summary>The tables and statements by which Orleans uses a database: its packages bring none.</summary>
internal static class OrleansTables
{
    /// <summary>What makes them, or brings them up to date.</summary>
    public static IEnumerable<string> Statements(SqlDialect dialect)
    {
        var resource = $"Longer.Grid.Grains.Database.orleans-{(dialect == SqlDialect.PostgreSql ? "postgresql" : "sqlite")}.sql";
        using var script = new StreamReader(typeof(OrleansTables).Assembly.GetManifestResourceStream(resource)!);
        return [script.ReadToEnd()];
    }
}
