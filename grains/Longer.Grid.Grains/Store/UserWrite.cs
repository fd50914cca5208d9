using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>One user's write: all of it or none, and only while its activation owns the user.</summary>
/// <remarks>
/// The head's row is changed first, on the condition that epoch and next ordinal are what the writer knows. That locks the row, so what
/// follows in the same transaction stands on the same condition; where it fails nothing else is tried.
/// </remarks>
internal abstract record UserWrite(string UserId)
{
    /// <summary>Runs the write.</summary>
    /// <returns>What the caller gets; <see langword="null"/> where the condition failed and nothing was changed.</returns>
    public abstract object? Run(DbConnection connection, DbTransaction transaction, long nowMs);

    private static readonly object Done = new();

    /// <summary>Takes the user over with a new epoch, making the head where there is none; answers with the head.</summary>
    public sealed record Open(string UserId) : UserWrite(UserId)
    {
        public override object? Run(DbConnection connection, DbTransaction transaction, long nowMs)
        {
            using var next = connection.Command(transaction, "UPDATE store_epoch SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch");
            var epoch = Convert.ToInt64(next.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
            using var take = connection.Command(
                transaction,
                """
                INSERT INTO user_head (user_id, epoch, next_ordinal, profile, updated) VALUES (@user, @epoch, 0, @profile, @now)
                ON CONFLICT (user_id) DO UPDATE SET epoch = excluded.epoch RETURNING next_ordinal, profile
                """,
                ("user", UserId),
                ("epoch", epoch),
                ("profile", Array.Empty<byte>()),
                ("now", nowMs));
            using var row = take.ExecuteReader();
            row.Read();
            return new UserHead(epoch, row.GetInt64(0), (byte[])row[1]);
        }
    }

    /// <summary>Adds events: rewrites the newest segment and adds others; or, from ordinal 0, replaces all there are.</summary>
    public sealed record Append(string UserId, long Epoch, long ExpectedOrdinal, long NextOrdinal, bool Replaces, IReadOnlyList<StoredSegment> Segments) : UserWrite(UserId)
    {
        public override object? Run(DbConnection connection, DbTransaction transaction, long nowMs)
        {
            var owns = connection.Execute(
                transaction,
                "UPDATE user_head SET next_ordinal = @next, updated = @now WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @expected",
                ("next", NextOrdinal),
                ("now", nowMs),
                ("user", UserId),
                ("epoch", Epoch),
                ("expected", ExpectedOrdinal));
            if (owns == 0)
            {
                return null;
            }

            if (Replaces)
            {
                connection.Execute(transaction, "DELETE FROM behavior_segment WHERE user_id = @user", ("user", UserId));
            }

            foreach (var segment in Segments)
            {
                connection.Execute(
                    transaction,
                    """
                    INSERT INTO behavior_segment (user_id, segment, first_ordinal, count, events) VALUES (@user, @segment, @first, @count, @events)
                    ON CONFLICT (user_id, segment) DO UPDATE SET count = excluded.count, events = excluded.events
                    """,
                    ("user", UserId),
                    ("segment", segment.Number),
                    ("first", segment.FirstOrdinal),
                    ("count", segment.Count),
                    ("events", segment.Events));
            }

            return Done;
        }
    }

    /// <summary>Replaces the profile.</summary>
    public sealed record SetProfile(string UserId, long Epoch, long ExpectedOrdinal, byte[] Profile) : UserWrite(UserId)
    {
        public override object? Run(DbConnection connection, DbTransaction transaction, long nowMs) =>
            connection.Execute(
                transaction,
                "UPDATE user_head SET profile = @profile, updated = @now WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @expected",
                ("profile", Profile),
                ("now", nowMs),
                ("user", UserId),
                ("epoch", Epoch),
                ("expected", ExpectedOrdinal)) == 0 ? null : Done;
    }

    /// <summary>Removes the user; or only, where asked, a head that holds nothing.</summary>
    public sealed record Forget(string UserId, long Epoch, bool OnlyIfEmpty) : UserWrite(UserId)
    {
        public override object? Run(DbConnection connection, DbTransaction transaction, long nowMs)
        {
            var removed = connection.Execute(
                transaction,
                OnlyIfEmpty
                    ? "DELETE FROM user_head WHERE user_id = @user AND epoch = @epoch AND next_ordinal = 0 AND length(profile) = 0"
                    : "DELETE FROM user_head WHERE user_id = @user AND epoch = @epoch",
                ("user", UserId),
                ("epoch", Epoch));
            if (removed == 0)
            {
                return null;
            }

            connection.Execute(transaction, "DELETE FROM behavior_segment WHERE user_id = @user", ("user", UserId));
            return Done;
        }
    }
}
