using System.Data.Common;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>One user's write: all of it or none, and only while its activation owns the user.</summary>
/// <remarks>
/// The head's row is changed first, on the condition that epoch and next ordinal are what the writer knows. That locks the row until the
/// transaction ends; what follows stands on what the head says then. So all statements can be sent at once, and no transaction is open
/// while a process of ours is waited for.
/// </remarks>
internal abstract record UserWrite(string UserId) : StoreWrite
{
    private static readonly object Done = new();

    /// <inheritdoc/>
    public override string Order => UserId;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<SqlStatement> Decide(SqlDialect dialect, long nowMs) => [ChangeHead(dialect, nowMs)];

    /// <inheritdoc/>
    public sealed override object? Result(object? before, DbDataReader rows) => rows.Read() ? Answer(rows) : null;

    /// <summary>Changes the head and answers a row, or answers none where the condition does not hold.</summary>
    protected abstract SqlStatement ChangeHead(SqlDialect dialect, long nowMs);

    /// <summary>What the caller gets for that row.</summary>
    protected virtual object Answer(DbDataReader row) => Done;

    /// <summary>Takes the user over with a new epoch, making the head where there is none; answers with the head.</summary>
    public sealed record Open(string UserId) : UserWrite(UserId)
    {
        public override IEnumerable<SqlStatement> Before(SqlDialect dialect) => dialect.AdvanceEpoch is { } advance ? [new SqlStatement(advance)] : [];

        protected override SqlStatement ChangeHead(SqlDialect dialect, long nowMs) => new(
            $"""
            INSERT INTO user_head (user_id, epoch, born, next_ordinal, profile, updated)
            SELECT @user, given.epoch, given.epoch, 0, @profile, @now FROM (SELECT {dialect.NextEpoch} AS epoch) AS given WHERE true
            ON CONFLICT (user_id) DO UPDATE SET epoch = excluded.epoch, previous_epoch = user_head.epoch RETURNING epoch, next_ordinal, profile, previous_epoch
            """,
            ("user", UserId),
            ("profile", Array.Empty<byte>()),
            ("now", nowMs));

        protected override object Answer(DbDataReader row) => new UserHead(row.GetInt64(0), row.GetInt64(1), (byte[])row[2], row.GetInt64(3));
    }

    /// <summary>Adds events: rewrites the newest segment and adds others; or, from ordinal 0, replaces all there are. Segments before the first to be kept go, those apart that training has not read.</summary>
    public sealed record Append(
        string UserId, long Epoch, long ExpectedOrdinal, long NextOrdinal, bool Replaces, IReadOnlyList<StoredSegment> Segments, long FirstSegment) : UserWrite(UserId)
    {
        /// <summary>Of a segment: training has read all of it, or nothing on the grid trains.</summary>
        private static readonly string IsTrained = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            (NOT EXISTS (SELECT 1 FROM {TrainingStore.Table})
             OR segment < (SELECT t.next_ordinal FROM {TrainingStore.Positions} t JOIN user_head h ON h.user_id = t.user_id AND h.born = t.born WHERE t.user_id = @user) / {StoredSegment.Capacity})
            """);

        private const string Holds = "EXISTS (SELECT 1 FROM user_head WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @next)";

        public override bool Changes => true;

        public override IEnumerable<SqlStatement> Before(SqlDialect dialect) => Replaces && dialect.AdvanceEpoch is { } advance ? [new SqlStatement(advance)] : [];

        protected override SqlStatement ChangeHead(SqlDialect dialect, long nowMs) => new(
            $"UPDATE user_head SET next_ordinal = @next, updated = @now{(Replaces ? $", born = {dialect.NextEpoch}" : "")} WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @expected RETURNING 1",
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

            if (FirstSegment > 0)
            {
                yield return new(
                    $"DELETE FROM behavior_segment WHERE user_id = @user AND segment < @first AND {Holds} AND {IsTrained}",
                    ("user", UserId),
                    ("first", FirstSegment),
                    ("epoch", Epoch),
                    ("next", NextOrdinal));
            }
        }
    }

    /// <summary>Replaces the profile.</summary>
    public sealed record SetProfile(string UserId, long Epoch, long ExpectedOrdinal, byte[] Profile) : UserWrite(UserId)
    {
        protected override SqlStatement ChangeHead(SqlDialect dialect, long nowMs) => new(
            "UPDATE user_head SET profile = @profile, updated = @now WHERE user_id = @user AND epoch = @epoch AND next_ordinal = @expected RETURNING 1",
            ("profile", Profile),
            ("now", nowMs),
            ("user", UserId),
            ("epoch", Epoch),
            ("expected", ExpectedOrdinal));
    }

    /// <summary>Removes the user, outcomes included; or only, where asked, a head that holds nothing.</summary>
    public sealed record Forget(string UserId, long Epoch, long ExpectedOrdinal, bool OnlyIfEmpty) : UserWrite(UserId)
    {
        private const string IsOwned = "user_id = @user AND epoch = @epoch AND next_ordinal = @expected";

        public override bool Erases => !OnlyIfEmpty;

        /// <inheritdoc/>
        /// <remarks>
        /// Outcomes may come of a user who has no head, and nobody owns. So they go while the head is there, and held: afterwards it could not be told
        /// whether it was this write that removed it.
        /// </remarks>
        public override IEnumerable<SqlStatement> Before(SqlDialect dialect)
        {
            if (!OnlyIfEmpty)
            {
                yield return WithOwner($"UPDATE user_head SET updated = updated WHERE {IsOwned}");
                yield return WithOwner($"DELETE FROM outcome WHERE user_id = @user AND EXISTS (SELECT 1 FROM user_head WHERE {IsOwned})");
                yield return WithOwner($"DELETE FROM {TrainingStore.Positions} WHERE user_id = @user AND EXISTS (SELECT 1 FROM user_head WHERE {IsOwned})");
            }
        }

        protected override SqlStatement ChangeHead(SqlDialect dialect, long nowMs) =>
            WithOwner($"DELETE FROM user_head WHERE {IsOwned}" + (OnlyIfEmpty ? " AND next_ordinal = 0 AND length(profile) = 0 RETURNING 1" : " RETURNING 1"));

        public override IEnumerable<SqlStatement> Follow(SqlDialect dialect)
        {
            yield return new(
                "DELETE FROM behavior_segment WHERE user_id = @user AND NOT EXISTS (SELECT 1 FROM user_head WHERE user_id = @user)", ("user", UserId));
        }

        private SqlStatement WithOwner(string text) => new(text, ("user", UserId), ("epoch", Epoch), ("expected", ExpectedOrdinal));
    }
}
