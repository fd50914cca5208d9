using System.Data.Common;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>Streams uploads into the database that the silos read them from, in pieces of a megabyte.</summary>
public sealed class DatabaseUploads(DbDataSource source, TimeProvider time) : IModelUploads
{
    private const int PieceBytes = 1 << 20;

    /// <inheritdoc/>
    public async Task<IModelUpload> BeginUploadAsync(CancellationToken cancellationToken)
    {
        var upload = new Upload(source, Guid.NewGuid().ToString("N"));
        await upload.ExecuteAsync(
            "INSERT INTO model_upload (upload_id, begun) VALUES (@upload, @begun)", cancellationToken, ("begun", time.GetUtcNow().ToUnixTimeMilliseconds()));
        return upload;
    }

    private sealed class Upload(DbDataSource source, string id) : IModelUpload
    {
        public string Id => id;

        public async Task WriteAsync(ModelPart part, Stream content, CancellationToken cancellationToken)
        {
            var piece = new byte[PieceBytes];
            for (int number = 0, count; (count = await content.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false, cancellationToken)) > 0; number++)
            {
                await ExecuteAsync(
                    "INSERT INTO model_chunk (upload_id, part, number, bytes) VALUES (@upload, @part, @number, @bytes)",
                    cancellationToken,
                    ("part", (int)part),
                    ("number", number),
                    ("bytes", piece[..count]));
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                // Committed, it is a version and stays.
                if (await ExecuteAsync("DELETE FROM model_upload WHERE upload_id = @upload AND version IS NULL", CancellationToken.None) > 0)
                {
                    await ExecuteAsync("DELETE FROM model_chunk WHERE upload_id = @upload", CancellationToken.None);
                }
            }
            catch (StoreUnavailableException)
            {
                // The next commit of a model removes what is a day old and no version.
            }
        }

        internal async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] values)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file; values go by parameters.
                command.CommandText = sql;
#pragma warning restore CA2100
                foreach (var (name, value) in values.Append(("upload", id)))
                {
                    var parameter = command.CreateParameter();
                    (parameter.ParameterName, parameter.Value) = (name, value);
                    command.Parameters.Add(parameter);
                }

                return await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (DbException e)
            {
                throw new StoreUnavailableException($"The model store cannot take the upload: {e.Message}", e);
            }
        }
    }
}
