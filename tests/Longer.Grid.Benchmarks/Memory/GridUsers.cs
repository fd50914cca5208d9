using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Silo;

namespace Longer.Grid.Benchmarks;

/// <summary>A grid in this process whose users have a history and a state, asked of the grains as the gateway asks them.</summary>
internal sealed class GridUsers : IAsyncDisposable
{
    private const int AtOnce = 8;

    private static readonly string[] SideNames = ["artist", "genre"];

    private readonly DirectoryInfo _folder;
    private readonly DataDirectory _data;
    private readonly GridHost _grid;
    private readonly int _events;
    private int _users;

    private GridUsers(DirectoryInfo folder, DataDirectory data, GridHost grid, int events) => (_folder, _data, _grid, _events) = (folder, data, grid, events);

    /// <summary>Starts a grid without users.</summary>
    public static async Task<GridUsers> StartAsync(EngineOptions engine, int events, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("longer-bench-");
        var config = BenchModel.Config();
        var model = folder.CreateSubdirectory("model");
        ModelPackage.Save(model.FullName, config, BenchModel.Weights(config));
        var data = DataDirectory.Take(folder.CreateSubdirectory("grid"));
        if (!ListenAddress.TryParse("http://127.0.0.1:0", out var address))
        {
            throw new InvalidOperationException("No loopback.");
        }

        // Nobody's events are lost with the power: they are made up.
        var grid = await GridHost.StartAsync(
            new GridHostOptions
            {
                Data = data,
                Http = address,
                Model = new ModelFolder(model),
                Workers = engine.Workers,
                KvBudgetBytes = engine.KvBudgetBytes,
                KvStorage = engine.KvStorage,
                UnsafeDurability = true,
            },
            stop);
        return new(folder, data, grid, events);
    }

    /// <summary>Gives the grid more users, up to a number, and measures.</summary>
    public async Task<MemoryFigures> GrowToAsync(int users, CancellationToken stop)
    {
        var added = Enumerable.Range(_users, users - _users);
        await Parallel.ForEachAsync(added, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (user, token) =>
        {
            var grain = User(user);
            await grain.ReplaceAsync(Events(user), token);
            await grain.ScoreAsync(new ScoreRequest([new Candidate("1", [])], BenchUser.NowMs, null, null, TimeSpan.FromMinutes(1)), token);
        });
        _users = users;
        var statuses = new List<UserStatus>();
        for (var user = 0; user < users; user++)
        {
            statuses.Add(await User(user).GetStatusAsync(stop));
        }

        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return new(
            users, _events, statuses.Max(s => s.DeviceBytes), statuses.Max(s => s.HostBytes), statuses.Sum(s => s.DeviceBytes), statuses.Count(s => s.Tier == UserTier.Device), process.WorkingSet64);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _grid.DisposeAsync();
        _data.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Text(ulong key) => key.ToString(CultureInfo.InvariantCulture);

    private IUserGrain User(int user) => _grid.Grains.GetGrain<IUserGrain>($"bench-{user}");

    private ImmutableArray<BehaviorEvent> Events(int user)
    {
        var history = BenchUser.History(user, _events).Snapshot();
        return [.. Enumerable.Range(0, history.Count).Select(i => new BehaviorEvent(
            Text(history.ItemKey(i)), history.Action(i), history.AtMs(i), [.. SideNames.Select(side => new Feature(side, Text(history.SideKey(side, i)!.Value)))]))];
    }
}
