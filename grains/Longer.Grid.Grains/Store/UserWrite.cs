using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>One user's write: all of it or none, and only while its activation owns the user.</summary>
/// <remarks>
/// The head's row is changed first, on the condition that epoch and next ordinal are what the writer knows. That locks the row until the
/// transaction ends; what follows stands on what the head says then. So all statements can be sent at once, and no transaction is open
/// while a process of ours is waited for.
/// </remarks>
internal abstract record UserWrite(string UserId)
{
    private static readonly object Done = new();

    /// <summary>Runs whatever becomes of the write; <see langword="null"/> where there is nothing.</summary>
    public virtual SqlStatement? First(SqlDialect dialect) => null;

    /// <summary>Changes the head and answers a row, or answers none where the condition does not hold.</summary>
    public abstract SqlStatement Decide(SqlDialect dialect, long nowMs);

    /// <summary>What follows; it does nothing where the condition does not hold.</summary>
    public virtual IEnumerable<SqlStatement> Follow(SqlDialect dialect) => [];

    /// <summary>Whether rows of it carry the transaction's change number.</summary>
    public virtual bool Changes => false;

    /// <summary>Whether nothing that was stored may be found anywhere once it is answered.</summary>
    public virtual bool Erases => false;

    /// <summary>What the caller gets for the row of <see cref="Decide"/>.</summary>
    public virtual object Result(DbDataReader row) => Done;

    /// <summary>Takes the user over with a new epoch, making the head where there is none; answers with the head.</summary>
    public sealed record Open(string UserId) : UserWrite(UserId)
    {
        public override SqlStatement? First(SqlDialect dialect) => dialect.AdvanceEpoch is { } advance ? new SqlStatement(advance) : null;

        public override SqlStatement Decide(SqlDialect dialect, long nowMs) => new(
            $"""
            INSERT INTO user_head (user_id, epoch, next_ordinal, profile, updated) VALUES (@user, {dialect.NextEpoch}, 0, @profile, @now)
            ON CONFLICT (user_id) DO UPDATE SET epoch = excluded.epoch, previous_epoch = user_head.epoch RETURNING epoch, next_ordinal, profile, previous_epoch
            """,
            ("user", UserId),
            ("profile", Array.Empty<byte>()),
            ("now", nowMs));

        public override object Result(DbDataReader row) => new UserHead(row.GetInt64(0), row.GetInt64(1), (byte[])row[2], row.GetInt64(3));
    }

    /// <summary>Adds events: rewrites the newest segment and adds others; or, from ordinal 0, replaces all there are. Segments before the first to be kept go.</summary>
    public sealed record Append(
        string UserId, long Epoch, long ExpectedOrdinal, long NextOrdinal, bool Replaces, IReadOnlyList<StoredSegment> Segments, long FirstSegment) : UserWrite(UserId)
    {
        private const string Holds = "EXISTS (SELECT 1 FROM user_head WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @next)";

        public override bool Changes => true;

        public override SqlStatement Decide(SqlDialect dialect, long nowMs) => new(
            "UPDATE user_head SET next_ordinal = @next, updated = @now WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @expected RETURNING 1",
            ("next", NextOrdinal),
            ("now", nowMs),
            ("user", UserId),
            ("epoch", Epoch),
            ("expected", ExpectedOrdinal));

        public override IEnumerable<SqlStatement> Follow(SqlDialect dialect)
        {
            if (Replaces)
            {
                yield return new($"DELETE FROM behavior_segment WHERE user_id = @user AND {Holds}", ("user", UserId), ("epoch", Epoch), ("next", NextOrdinal));
            }

            else if (FirstSegment > 0)
            {
                yield return new(
                    $"DELETE FROM behavior_segment WHERE user_id = @user AND segment < @first AND {Holds}",
                    ("user", UserId),
                    ("first", FirstSegment),
                    ("epoch", Epoch),
                    ("next", NextOrdinal));
            }

            foreach (var segment in Segments)
            {
                yield return new(
                    $"""
                    INSERT INTO behavior_segment (user_id, segment, first_ordinal, count, events, change)
                    SELECT @user, @segment, @first, @count, @events, {dialect.NextChange} WHERE {Holds}
                    ON CONFLICT (user_id, segment) DO UPDATE SET count = excluded.count, events = excluded.events, change = excluded.change
                    """,
                    ("user", UserId),
                    ("epoch", Epoch),
                    ("next", NextOrdinal),
                    ("segment", segment.Number),
                    ("first", segment.FirstOrdinal),
                    ("count", segment.Count),
                    ("events", segment.Events));
            }
        }
    }

    /// <summary>Replaces the profile.</summary>
    public sealed record SetProfile(string UserId, long Epoch, long ExpectedOrdinal, byte[] Profile) : UserWrite(UserId)
    {
        public override SqlStatement Decide(SqlDialect dialect, long nowMs) => new(
            "UPDATE user_head SET profile = @profile, updated = @now WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @expected RETURNING 1",
            ("profile", Profile),
            ("now", nowMs),
            ("user", UserId),
            ("epoch", Epoch),
            ("expected", ExpectedOrdinal));
    }

    /// <summary>Removes the user; or only, where asked, a head that holds nothing.</summary>
    public sealed record Forget(string UserId, long Epoch, long ExpectedOrdinal, bool OnlyIfEmpty) : UserWrite(UserId)
    {
        public override bool Erases => !OnlyIfEmpty;

        public override SqlStatement Decide(SqlDialect dialect, long nowMs) => new(
            "DELETE FROM user_head WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @expected"
                + (OnlyIfEmpty ? " AND next_ordinal = 0 AND length(profile) = 0 RETURNING 1" : " RETURNING 1"),
            ("user", UserId),
            ("epoch", Epoch),
            ("expected", ExpectedOrdinal));

        public override IEnumerable<SqlStatement> Follow(SqlDialect dialect)
        {
            yield return new(
                "DELETE FROM behavior_segment WHERE user_id = @user AND NOT EXISTS (SELECT 1 FROM user_head WHERE user_id = @user)", ("user", UserId));
        }
    }
}
