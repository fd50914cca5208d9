using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>Models in the grid's database, so that silos on other hosts need no shared disk. Uploads come in by the gateway.</summary>
/// <remarks>A committed upload carries its version: a commit copies no bytes, however many they are.</remarks>
public sealed class DatabaseModelStore(DbDataSource source, TimeProvider time) : IModelStore
{
    /// <summary>An upload that nobody has committed for so long never will be.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public Task<Stream?> OpenUploadAsync(string uploadId, ModelPart part, CancellationToken cancellationToken) => RunAsync<Stream?>(
        connection => ModelChunks.Open(source, connection, uploadId, part), cancellationToken);

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string version, ModelPart part, CancellationToken cancellationToken) => RunAsync<Stream?>(
        connection => UploadOf(connection, null, version) is { } upload ? ModelChunks.Open(source, connection, upload, part) : null, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CommitAsync(string uploadId, string version, CancellationToken cancellationToken) => RunAsync(
        connection =>
        {
            using var transaction = connection.BeginTransaction();
            var before = UploadOf(connection, transaction, version);
            if (before is not null && Same(connection, transaction, before, uploadId))
            {
                Remove(connection, transaction, uploadId);
            }
            else
            {
                if (before is not null)
                {
                    // Its bytes are not what the version says any more: the whole ones take their place.
                    Remove(connection, transaction, before);
                }

                if (connection.Execute(transaction, "UPDATE model_upload SET version = @version WHERE upload_id = @upload", ("version", version), ("upload", uploadId)) == 0)
                {
                    throw new StoreUnavailableException($"The upload of model {version} was given up before it was committed; nothing was changed.");
                }
            }

            RemoveAbandoned(connection, transaction);
            transaction.Commit();
            return before is null;
        },
        cancellationToken);

    private static string? UploadOf(DbConnection connection, DbTransaction? transaction, string version)
    {
        using var command = connection.Command(transaction, "SELECT upload_id FROM model_upload WHERE version = @version", ("version", version));
        return (string?)command.ExecuteScalar();
    }

    /// <summary>Whether config and weights of two uploads are the same bytes. The metrics are not part of a version.</summary>
    private static bool Same(DbConnection connection, DbTransaction transaction, string one, string other)
    {
        using var command = connection.Command(
            transaction,
            """
            SELECT count(*)
            FROM (SELECT part, number, bytes FROM model_chunk WHERE upload_id = @one AND part <> @metrics) a
            FULL JOIN (SELECT part, number, bytes FROM model_chunk WHERE upload_id = @other AND part <> @metrics) b ON a.part = b.part AND a.number = b.number
            WHERE a.bytes IS DISTINCT FROM b.bytes
            """,
            ("one", one),
            ("other", other),
            ("metrics", (int)ModelPart.Metrics));
        return command.ExecuteScalar() is 0L;
    }

    private static void Remove(DbConnection connection, DbTransaction transaction, string uploadId)
    {
        connection.Execute(transaction, "DELETE FROM model_chunk WHERE upload_id = @upload", ("upload", uploadId));
        connection.Execute(transaction, "DELETE FROM model_upload WHERE upload_id = @upload", ("upload", uploadId));
    }

    private void RemoveAbandoned(DbConnection connection, DbTransaction transaction)
    {
        const string Lost = "FROM model_upload WHERE begun < @before AND version IS NULL";
        var before = (time.GetUtcNow() - Abandoned).ToUnixTimeMilliseconds();
        connection.Execute(transaction, $"DELETE FROM model_chunk WHERE upload_id IN (SELECT upload_id {Lost})", ("before", before));
        connection.Execute(transaction, $"DELETE {Lost}", ("before", before));
    }

    private Task<T> RunAsync<T>(Func<DbConnection, T> run, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                using var connection = source.OpenConnection();
                return run(connection);
            }
            catch (DbException e)
            {
                throw new StoreUnavailableException($"The model store cannot be used: {e.Message}", e);
            }
        },
        cancellationToken);
}
