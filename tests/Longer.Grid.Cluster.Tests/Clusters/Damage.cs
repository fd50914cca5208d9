using System.Buffers.Binary;
using System.IO.Hashing;
using Longer.Grid.Grains;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Changes bytes of a cluster's database as a failing disk or a stray hand does.</summary>
internal static class Damage
{
    private const int Header = 1 + sizeof(ulong);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Changes one byte of a segment so that, but for its checksum, it could be read: as other events, and as many.</summary>
    public static async Task SegmentAsync(string database, string userId, long segment)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var read = source.CreateCommand("SELECT events FROM behavior_segment WHERE user_id = $1 AND segment = $2");
        read.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = userId }, new() { Value = segment } });
        var damaged = Damaged((byte[])(await read.ExecuteScalarAsync(Token))!);
        await using var write = source.CreateCommand("UPDATE behavior_segment SET events = $3 WHERE user_id = $1 AND segment = $2");
        write.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = userId }, new() { Value = segment }, new() { Value = damaged } });
        Assert.Equal(1, await write.ExecuteNonQueryAsync(Token));
    }

    /// <summary>Changes the last weight of a model: the last tensor's.</summary>
    /// <param name="database">Where it is.</param>
    /// <param name="version">The model's.</param>
    /// <param name="toNaN">To what is no number; else its lowest bit only.</param>
    public static async Task ModelAsync(string database, string version, bool toNaN)
    {
        const string Chunk = "upload_id = (SELECT upload_id FROM model_upload WHERE version = $1) AND part = $2";
        await using var source = NpgsqlDataSource.Create(database);
        await using var write = source.CreateCommand(
            $"""
            UPDATE model_chunk SET bytes = {(toNaN ? @"overlay(bytes PLACING '\x0000c07f'::bytea FROM length(bytes) - 3)" : "set_bit(bytes, (length(bytes) - 4) * 8, 1 - get_bit(bytes, (length(bytes) - 4) * 8))")}
            WHERE {Chunk} AND number = (SELECT max(number) FROM model_chunk WHERE {Chunk})
            """);
        write.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = version }, new() { Value = (int)ModelPart.Weights } });
        Assert.Equal(1, await write.ExecuteNonQueryAsync(Token));
    }

    private static byte[] Damaged(byte[] segment)
    {
        var events = SegmentCodec.Read(segment);
        for (var at = Header; at < segment.Length; at++)
        {
            var damaged = segment.ToArray();
            damaged[at] ^= 1;
            var resealed = damaged.ToArray();
            BinaryPrimitives.WriteUInt64LittleEndian(resealed.AsSpan(1), XxHash64.HashToUInt64(resealed.AsSpan(Header)));
            try
            {
                var read = SegmentCodec.Read(resealed);
                if (read.Length == events.Length && read.Zip(events).Any(pair => pair.First.ItemId != pair.Second.ItemId))
                {
                    return damaged;
                }
            }
#pragma warning disable CA1031 // Whatever it is, these bytes cannot be read.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }

        throw new InvalidOperationException("Every change of one byte shows without a checksum.");
    }
}
