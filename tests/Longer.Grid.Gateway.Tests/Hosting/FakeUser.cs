using System.Collections.Immutable;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway.Tests;

/// <summary>A user in memory: order of arrival, repeats by item, action and time.</summary>
public sealed class FakeUser(FakeGrid grid, string id) : IUserGrain
{
    public static readonly ImmutableArray<string> Tasks = ["like", "convert"];

    private readonly Lock _lock = new();
    private readonly List<BehaviorEvent> _events = [];

    public string Id => id;

    public ImmutableArray<Feature> Profile { get; private set; } = [];

    public ScoreRequest? LastScore { get; private set; }

    public ImmutableArray<BehaviorEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>What a candidate scores: a number with all the digits of a float32.</summary>
    public static float Score(string itemId, int task) => 1f / (1f + MathF.Exp((itemId.Length % 7) - (itemId[0] % 5) + (0.3f * task)));

    public async Task<AppendResult> AppendAsync(ImmutableArray<BehaviorEvent> events, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("append", cancellationToken);
        return Add(events, replace: false);
    }

    public async Task<AppendResult> ReplaceAsync(ImmutableArray<BehaviorEvent> events, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("replace", cancellationToken);
        return Add(events, replace: true);
    }

    public async Task<ScoreResult> ScoreAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("score", cancellationToken);
        LastScore = request;
        var rankBy = request.RankBy is null ? 0 : Tasks.IndexOf(request.RankBy);
        if (rankBy < 0)
        {
            throw new UnknownTaskException(request.RankBy!, Tasks, $"no task {request.RankBy}");
        }

        var order = Enumerable.Range(0, request.Candidates.Length);
        if (request.TopK is { } topK)
        {
            order = order.OrderByDescending(i => Score(request.Candidates[i].ItemId, rankBy)).Take(topK);
        }

        ImmutableArray<int> answered = [.. order];
        var scores = answered.SelectMany(i => Enumerable.Range(0, Tasks.Length).Select(t => Score(request.Candidates[i].ItemId, t)));
        return new("v1", Events.Length, Warm: true, Tasks, answered, [.. scores], TimeSpan.Zero);
    }

    public async Task<HistoryPage> GetHistoryAsync(int limit, long? before, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("history", cancellationToken);
        var events = Events;
        var newest = (int)Math.Min(before ?? events.Length, events.Length);
        var oldest = Math.Max(0, newest - limit);
        return new(
            [.. Enumerable.Range(oldest, newest - oldest).Reverse().Select(i => new KeptEvent(i, events[i]))],
            oldest > 0 ? oldest : null);
    }

    public async Task<UserStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("status", cancellationToken);
        var events = Events;
        return new(
            events.Length, 0, events.FirstOrDefault()?.AtMs, events.LastOrDefault()?.AtMs, events.IsEmpty ? UserTier.Store : UserTier.Host, "here", null, 0, 0);
    }

    public async Task SetProfileAsync(ImmutableArray<Feature> features, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("profile", cancellationToken);
        Profile = features;
        grid.Change();
    }

    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("forget", cancellationToken);
        lock (_lock)
        {
            _events.Clear();
        }

        Profile = [];
        grid.Change();
    }

    private AppendResult Add(ImmutableArray<BehaviorEvent> events, bool replace)
    {
        grid.Change();
        lock (_lock)
        {
            if (replace)
            {
                _events.Clear();
            }

            var known = _events.Select(e => (e.ItemId, e.Action, e.AtMs)).ToHashSet();
            var added = events.OrderBy(e => e.AtMs).Where(e => known.Add((e.ItemId, e.Action, e.AtMs))).ToList();
            _events.AddRange(added);
            return new(added.Count, events.Length - added.Count, _events.Count);
        }
    }
}
