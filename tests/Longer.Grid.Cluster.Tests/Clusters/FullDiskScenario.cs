using System.Globalization;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Oracle;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>What keeps a commit from the disk.</summary>
public enum FullDisk
{
    /// <summary>SQLite's file system is full; where none can be mounted, as <see cref="SqliteFileLimit"/>.</summary>
    SqliteDisk,

    /// <summary>The process may not write to SQLite's files.</summary>
    SqliteFileLimit,

    /// <summary>The file system of PostgreSQL's tables is full; where none can be mounted, as <see cref="PostgreSqlCommit"/>.</summary>
    PostgreSqlDisk,

    /// <summary>PostgreSQL says at the commit that the disk is full.</summary>
    PostgreSqlCommit,
}

/// <summary>A user whose append meets a full disk, and who sends it again when there is room.</summary>
internal static class FullDiskScenario
{
    private const int Seed = 43;
    private const int Before = 300;
    private const int Batch = 2_000;
    private const int TimeoutMs = 30_000;
    private const string User = "somebody";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs it.</summary>
    /// <param name="disk">What fails.</param>
    /// <param name="without">A mechanism that the silo lacks.</param>
    public static Task<FullDiskVerdict> RunAsync(FullDisk disk, string? without = null) =>
        disk is FullDisk.SqliteDisk or FullDisk.SqliteFileLimit ? SqliteAsync(disk, without) : PostgreSqlAsync(disk, without);

    private static async Task<FullDiskVerdict> SqliteAsync(FullDisk which, string? without)
    {
        using var disk = which == FullDisk.SqliteDisk ? SmallDisk.TryMount() : null;
        using var folder = new TemporaryFolder();
        var model = ModelFiles.Write(folder["model"], Seed);
        var data = disk?.Path ?? folder["data"];
        using var grid = await RunningGrid.StartWithoutAsync(without, data, "--model", folder["model"]);
        return await MeetAsync(
            grid.Http,
            model,
            GridDatabase.Embedded(data),
            disk is null ? () => grid.Command.LimitFiles(0) : disk.Fill,
            disk is null ? () => grid.Command.LimitFiles(null) : disk.Free);
    }

    private static async Task<FullDiskVerdict> PostgreSqlAsync(FullDisk which, string? without)
    {
        using var disk = which == FullDisk.PostgreSqlDisk ? SmallDisk.TryMount(owner: "postgres") : null;
        await using var cluster = await RunningCluster.StartAsync(silos: 1, Seed, without: without);
        await using var admin = new NpgsqlConnection(cluster.Database);
        await admin.OpenAsync(Token);
        Run(admin, disk is null ? FailingCommit : $"CREATE TABLESPACE small LOCATION '{disk.Path}'");
        if (disk is not null)
        {
            Run(admin, "ALTER TABLE behavior_segment SET TABLESPACE small; ALTER TABLE user_head SET TABLESPACE small");
        }

        return await MeetAsync(
            cluster.Processes[0].Http,
            cluster.Model,
            GridDatabase.Shared(cluster.Database),
            disk is null ? () => Run(admin, "INSERT INTO full_disk VALUES (1)") : disk.Fill,
            disk is null ? () => Run(admin, "DELETE FROM full_disk") : disk.Free);
    }

    private static async Task<FullDiskVerdict> MeetAsync(HttpClient http, ModelPackage model, GridDatabase database, Action fill, Action free)
    {
        Assert.Equal(200, (await Answered.AppendAsync(http, User, 0, Before)).Status);
        Assert.Equal(200, (await Answered.ScoreAsync(http, User, TimeoutMs)).Status);

        // Ids that cannot be compressed, so that no room left over in a file is enough.
        var random = new Random(Seed);
        List<string> items = [.. Enumerable.Range(0, Batch).Select(_ => Convert.ToHexString(RandomBytes(random, 100)))];
        fill();
        var refused = await Answered.AppendAsync(http, User, items, Before);
        var status = await Answered.GetAsync(http, $"v1/users/{User}");
        var score = await Answered.ScoreAsync(http, User, TimeoutMs);
        var history = await Answered.GetAsync(http, $"v1/users/{User}/history?limit=1");
        var stored = Stored(database);
        free();
        if (refused.Status == 200)
        {
            // Not refused: there is nothing to send again.
            return new FullDiskVerdict(refused, stored, status.UserEvents, score.UserEvents, null, refused, refused, stored, stored).Told();
        }

        var again = await Answered.AppendAsync(http, User, items, Before);
        var repeated = await Answered.AppendAsync(http, User, items, Before);

        var caller = new GridCaller(http);
        var kept = await caller.HistoryAsync(User);
        var scored = new OracleCase(
            new OracleUser(User, new Dictionary<string, string>()), 0, kept, RandomHistories.Candidates(random, model.Config, kept, 3), kept[^1].AtMs + 1_000);
        ScorerParity.Check(await caller.LogitsAsync(User, scored.Candidates, scored.AtMs), model, scored, User);
        return new FullDiskVerdict(
            refused, stored, status.UserEvents, score.UserEvents, history.Body?["events"]?[0]?["ordinal"]?.GetValue<long>() + 1, again, repeated, kept.Count, Stored(database)).Told();
    }

    /// <summary>Events of the user that the database has, read past the grid.</summary>
    private static long Stored(GridDatabase database)
    {
        using var source = database.Open("test", connections: 1);
        using var connection = source.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT coalesce(sum(count), 0) FROM behavior_segment WHERE user_id = '{User}'";
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Written in this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private const string FailingCommit =
        """
        CREATE TABLE full_disk (id integer);
        CREATE FUNCTION refuse_when_full() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM full_disk) THEN
                RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
            END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER refuse_when_full AFTER INSERT OR UPDATE ON user_head DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION refuse_when_full()
        """;
}

/// <summary>What became of an append that met a full disk. Counts are of the user's events.</summary>
/// <param name="Refused">What the append was answered.</param>
/// <param name="Stored">In the database then.</param>
/// <param name="Status">By the user's status then.</param>
/// <param name="Scored">By a score then.</param>
/// <param name="Newest">By the newest event of the history then.</param>
/// <param name="Again">What the same append was answered when there was room.</param>
/// <param name="Repeated">And once more.</param>
/// <param name="Kept">By the history in the end.</param>
/// <param name="StoredInTheEnd">In the database in the end.</param>
internal sealed record FullDiskVerdict(
    Answered Refused, long Stored, long? Status, long? Scored, long? Newest, Answered Again, Answered Repeated, long Kept, long StoredInTheEnd)
{
    public FullDiskVerdict Told()
    {
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"Full: {Refused}; stored {Stored}, status {Status}, scored {Scored}, newest {Newest}. Then: {Again}; {Repeated}; kept {Kept}, stored {StoredInTheEnd}.");
        return this;
    }
}
