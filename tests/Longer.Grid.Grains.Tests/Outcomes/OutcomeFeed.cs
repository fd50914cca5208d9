namespace Longer.Grid.Grains.Tests;

/// <summary>Reads outcomes back.</summary>
internal static class OutcomeFeed
{
    /// <summary>All there are, once no transaction is under way.</summary>
    public static async Task<List<ChangedOutcome>> ReadAllAsync(GridDatabase database, ChangeFeed feed)
    {
        await SettledAsync(database);
        var all = new List<ChangedOutcome>();
        var cursor = default(ChangeCursor);
        while (await feed.ReadOutcomesAsync(cursor, 777) is { Changes.Count: > 0 } page)
        {
            all.AddRange(page.Changes);
            cursor = page.Next;
        }

        return all;
    }

    /// <summary>Waits for the transactions of the server's own housekeeping, which hold a reading up for a moment.</summary>
    public static async Task SettledAsync(GridDatabase database)
    {
        using var source = database.Open("test", 1);
        using var connection = source.OpenConnection();
        using var command = connection.Command(null, $"SELECT CASE WHEN {database.Dialect.SettledBelow} = {database.Dialect.NotGivenFrom} THEN 1 ELSE 0 END");
        while (Convert.ToInt64(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)) == 0)
        {
        }
    }
}
