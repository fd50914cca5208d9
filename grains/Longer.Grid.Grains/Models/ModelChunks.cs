using System.Data.Common;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>A model's parts as the database keeps them.</summary>
internal static class ModelChunks
{
    /// <summary>Opens a part; <see langword="null"/> where it was never written.</summary>
    public static PieceStream? Open(DbDataSource source, DbConnection connection, string uploadId, ModelPart part)
    {
        (string, object)[] which = [("upload", uploadId), ("part", (int)part)];
        using var command = connection.Command(null, "SELECT sum(length(bytes)) FROM model_chunk WHERE upload_id = @upload AND part = @part", which);
        return command.ExecuteScalar() is { } length and not DBNull
            ? new(source, new("SELECT bytes FROM model_chunk WHERE upload_id = @upload AND part = @part AND number = @number", which), Convert.ToInt64(length, CultureInfo.InvariantCulture))
            : null;
    }
}
