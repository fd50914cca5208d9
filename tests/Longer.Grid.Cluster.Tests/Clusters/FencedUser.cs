using Longer.Grid.Model;
using Longer.Grid.Oracle;
using Npgsql;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A user whose owner freezes with a write on its way.</summary>
internal sealed class FencedUser(string userId, LongerConfig config, int seed)
{
    /// <summary>A user's owner is gone for some seconds at first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(seed);
    private List<string> _before = [];
    private long _nowMs = 1_700_000_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Appends events; as often as it takes.</summary>
    public Task AppendAsync(ClusterProcess by, int count)
    {
        var events = Events(count);
        return UntilDoneAsync(() => by.Caller.AppendAsync(userId, events, Token));
    }

    /// <summary>Sends events that the frozen owner is to write when it goes on.</summary>
    public Task SendInVainAsync(ClusterProcess by, int count) => Record.ExceptionAsync(() => by.Caller.AppendAsync(userId, Events(count), Token)).AsTask();

    /// <summary>Has the silo that owns the user now take it over.</summary>
    public Task ReadAsync(ClusterProcess by) => UntilDoneAsync(() => by.Caller.HistoryAsync(userId));

    /// <summary>Erases the user, and gives it as many events as before, others.</summary>
    public async Task BeginAnewAsync(ClusterProcess by, int count)
    {
        await UntilDoneAsync(async () =>
        {
            await by.Caller.ForgetAsync(userId);
            return true;
        });
        await AppendAsync(by, count);
    }

    /// <summary>Remembers what is there: nothing else may be from now on.</summary>
    public async Task RememberAsync(ClusterProcess by) => _before = [.. (await by.Caller.HistoryAsync(userId)).Select(ClusterUser.Told)];

    /// <summary>Compares what is there with what was; also what the head in the database says, which the owner has no reason to read again.</summary>
    public async Task<Kept> JudgeAsync(ClusterProcess by, NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT next_ordinal FROM user_head WHERE user_id = $1");
        command.Parameters.Add(new() { Value = userId });
        var head = await command.ExecuteScalarAsync(Token);
        var kept = head is long next && next == _before.Count ? Kept.Everything : new Kept(Strange: 1);
        try
        {
            return kept + Kept.Of([.. (await by.Caller.HistoryAsync(userId)).Select(ClusterUser.Told)], _before, []);
        }
        catch (HttpRequestException e)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(e.Message);
            return kept + new Kept(Unreadable: 1);
        }
    }

    private static async Task UntilDoneAsync<T>(Func<Task<T>> call)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(Patience);
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, late.Token);
            }
        }
    }

    private List<OracleEvent> Events(int count) => [.. RandomHistories.Events(_random, config, count).Select(e => e with { AtMs = _nowMs += _random.Next(1, 5_000) })];
}
