using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Holds the statement that changes one user's head, inside the server, until it is let go.</summary>
internal sealed class SlowStatement : IAsyncDisposable
{
    private const string Lock = "4711";

    private readonly NpgsqlConnection _holder;

    private SlowStatement(NpgsqlConnection holder) => _holder = holder;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>From now on the next change of the user's head is held.</summary>
    public static async Task<SlowStatement> OnUserAsync(NpgsqlDataSource database, string user)
    {
        // Not by waiting for the lock: writers do not wait for one that long.
        await RunAsync(
            await database.OpenConnectionAsync(Token),
            $$"""
            CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              WHILE NOT pg_try_advisory_xact_lock_shared({{Lock}}) LOOP PERFORM pg_sleep(0.01); END LOOP;
              RETURN NEW;
            END $$;
            CREATE TRIGGER held BEFORE UPDATE OF next_ordinal ON user_head FOR EACH ROW WHEN (NEW.user_id = '{{user}}') EXECUTE FUNCTION held();
            """,
            dispose: true);
        var holder = await database.OpenConnectionAsync(Token);
        await RunAsync(holder, $"SELECT pg_advisory_lock({Lock})");
        return new(holder);
    }

    /// <summary>Waits until a statement is held, or what was to run one has ended.</summary>
    public Task<bool> IsReachedAsync(Task before) => SeenAsync("wait_event = 'PgSleep'", before);

    /// <summary>Lets it go on.</summary>
    public Task LetGoAsync() => RunAsync(_holder, $"SELECT pg_advisory_unlock({Lock})");

    /// <summary>Waits until its session has done what has come, and waits for its client in the middle of the transaction.</summary>
    public Task StalledAsync() => SeenAsync(
        "state = 'active' AND wait_event = 'ClientRead' AND pid IN (SELECT pid FROM pg_locks WHERE relation = 'user_head'::regclass AND mode = 'RowExclusiveLock')"
        + " AND clock_timestamp() - state_change > interval '1 second'",
        Task.Delay(Timeout.Infinite, Token));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    private async Task<bool> SeenAsync(string what, Task before)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        await using var command = _holder.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = $"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND {what}";
#pragma warning restore CA2100
        while (await command.ExecuteScalarAsync(patience.Token) is 0L)
        {
            if (before.IsCompleted)
            {
                return false;
            }

            await Task.Delay(10, patience.Token);
        }

        return true;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, bool dispose = false)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class, and a user's id of the test's own making.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
        if (dispose)
        {
            await connection.DisposeAsync();
        }
    }
}
