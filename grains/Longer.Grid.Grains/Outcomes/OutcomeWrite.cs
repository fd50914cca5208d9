using System.Data.Common;

namespace Longer.Grid.Grains;

/// <summary>A write of outcomes, of whatever users. It takes nobody over and waits for no user's owner.</summary>
internal abstract record OutcomeWrite : StoreWrite
{
    /// <inheritdoc/>
    /// <remarks>Before all users' writes, whose rows others wait for.</remarks>
    public override string Order => "";

    /// <inheritdoc/>
    public override object? Result(object? before, DbDataReader rows)
    {
        var count = before as int? ?? 0;
        while (rows.Read())
        {
            count++;
        }

        return count;
    }

    /// <summary>Adds outcomes; answers how many are new.</summary>
    public sealed record Add(IReadOnlyList<StoredOutcome> Outcomes) : OutcomeWrite
    {
        public override int Statements => Outcomes.Count;

        public override bool Changes => true;

        // In one order everywhere, so that two batches that share outcomes do not wait for each other.
        public override IReadOnlyList<SqlStatement> Decide(SqlDialect dialect, long nowMs) =>
            [.. Outcomes.OrderBy(outcome => outcome.UserId, StringComparer.Ordinal).ThenBy(outcome => outcome.Id).Select(outcome => new SqlStatement(
                $"""
                INSERT INTO outcome (user_id, id, scored_at, request_id, next_ordinal, received_at, items, change)
                VALUES (@user, @id, @at, @request, COALESCE((SELECT next_ordinal FROM user_head WHERE user_id = @user), 0), @now, @items, {dialect.NextChange})
                ON CONFLICT (user_id, id) DO NOTHING RETURNING 1
                """,
                ("user", outcome.UserId),
                ("id", outcome.Id),
                ("at", outcome.AtMs),
                ("request", outcome.RequestId ?? (object)DBNull.Value),
                ("now", nowMs),
                ("items", outcome.Items)))];
    }

    /// <summary>Deletes the oldest that were accepted before a moment; answers how many.</summary>
    public sealed record Trim(long BeforeMs, int Limit) : OutcomeWrite
    {
        // By the order of changes, which is that of acceptance: no index more, and no more rows are looked at than are asked for.
        public override IReadOnlyList<SqlStatement> Decide(SqlDialect dialect, long nowMs) =>
        [
            new(
                """
                DELETE FROM outcome WHERE (user_id, id) IN (
                  SELECT user_id, id FROM (SELECT user_id, id, received_at FROM outcome ORDER BY change, user_id, id LIMIT @limit) AS oldest WHERE received_at < @before)
                RETURNING 1
                """,
                ("limit", Limit),
                ("before", BeforeMs)),
        ];
    }
}
