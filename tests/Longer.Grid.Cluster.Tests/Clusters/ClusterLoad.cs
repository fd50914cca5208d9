namespace Longer.Grid.Cluster.Tests;

/// <summary>Users that append and score at once, each by itself, through whatever gateways answer.</summary>
internal sealed class ClusterLoad : IAsyncDisposable
{
    /// <summary>Between a user's requests, so that the load does not take all of a small machine.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly RunningCluster _cluster;
    private readonly List<ClusterUser> _users;
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task _running;
    private readonly HashSet<ClusterProcess> _gone = [];

    public ClusterLoad(RunningCluster cluster, int users, int seed)
    {
        _cluster = cluster;
        Log = new RequestLog(TestContext.Current.TestMethod!.MethodName);
        _users = [.. Enumerable.Range(0, users).Select(i => new ClusterUser($"user {i}", seed + i, cluster.Model.Config))];
        _running = Task.WhenAll(_users.Select(RunAsync));
    }

    public RequestLog Log { get; }

    /// <summary>Events acknowledged to all users.</summary>
    public int Acknowledged => _users.Sum(user => user.Acknowledged);

    /// <summary>What users were answered to scores, each user's in order.</summary>
    public IEnumerable<IEnumerable<Scored>> Scores => _users.Select(user => user.Scores);

    /// <summary>From now on nobody asks a process.</summary>
    public void Leave(ClusterProcess process)
    {
        lock (_gone)
        {
            _gone.Add(process);
        }
    }

    /// <summary>Waits until so many more events are acknowledged.</summary>
    public async Task MoreAsync(int events)
    {
        for (var wanted = Acknowledged + events; Acknowledged < wanted;)
        {
            Assert.False(_running.IsCompleted, "A user's load ended early.");
            await Task.Delay(20, _stop.Token);
        }
    }

    /// <summary>How many of the users are on which silo.</summary>
    public async Task<Dictionary<string, int>> UsersBySiloAsync(ClusterProcess by)
    {
        var silos = await Task.WhenAll(_users.Select(user => by.Caller.SiloOfAsync(user.UserId)));
        return silos.CountBy(silo => silo).ToDictionary();
    }

    /// <summary>Ends the load, after the requests that are under way.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Compares every user's events and scores with what was acknowledged.</summary>
    public async Task<Kept> JudgeAsync(ClusterProcess by)
    {
        var kept = Kept.Everything;
        foreach (var user in _users)
        {
            kept += await user.JudgeAsync(by.Caller, Log, _cluster.Models);
        }

        return kept;
    }

    /// <summary>Injects a fault at a moment when requests are in flight.</summary>
    /// <returns>How many were, and when that was on the log's clock.</returns>
    public async Task<(int InFlight, TimeSpan At)> FaultAsync(Action fault)
    {
        while (Log.InFlight == 0)
        {
            await Task.Yield();
        }

        var (inFlight, at) = (Log.InFlight, Log.Now);
        fault();
        Assert.True(inFlight > 0, "No request was in flight at the fault: the test says nothing.");
        return (inFlight, at);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        Log.Dispose();
    }

    private async Task RunAsync(ClusterUser user)
    {
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            var caller = Gateway(turn).Caller;
            await (turn % 3 == 2
                ? Log.SendAsync("score", user.UserId, () => user.ScoreAsync(caller))
                : Log.AppendAsync(user.UserId, user.ToAppend(), () => user.AppendAsync(caller, CancellationToken.None)));
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private ClusterProcess Gateway(int turn)
    {
        lock (_gone)
        {
            var there = _cluster.Processes.Where(p => p.IsGateway && !_gone.Contains(p)).ToList();
            return there[turn % there.Count];
        }
    }
}
