using Npgsql;

namespace Longer.Grid.Benchmarks;

/// <summary>What PostgreSQL says of its write-ahead log.</summary>
internal sealed class WalFigures
{
    private readonly string _database;

    /// <summary>Has the server time its flushes.</summary>
    /// <param name="database">Of a superuser.</param>
    public WalFigures(string database)
    {
        _database = database;
        using var connection = Open();
        foreach (var sql in new[] { "ALTER SYSTEM SET track_wal_io_timing = on", "SELECT pg_reload_conf()" })
        {
            using var command = new NpgsqlCommand(sql, connection);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Flushes, the time that they took, and bytes written, since the server was made.</summary>
    public (long Syncs, TimeSpan SyncTime, double Bytes) Read()
    {
        using var connection = Open();
        using var command = new NpgsqlCommand("SELECT wal_sync, wal_sync_time, wal_bytes::float8 FROM pg_stat_wal", connection);
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), TimeSpan.FromMilliseconds(row.GetDouble(1)), row.GetDouble(2));
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(_database);
        connection.Open();
        return connection;
    }
}
