using System.CommandLine;
using Longer.Grid.Model;

namespace Longer.Grid.Benchmarks;

/// <summary><c>cache</c>: requests from the state that is there, beside requests that compute it anew.</summary>
internal static class CacheCommand
{
    private const int ShortEvents = 100;
    private const int LongEvents = 10_000;
    private const int AddedCandidates = 100;
    private const int Visits = 5;
    private const double Tolerance = 1e-4;
    private const string Peak = "MatMul 1024³";

    private static readonly string[] Ways = ["cached", "stateless", "stateless, no merge", "per candidate"];

    /// <summary>The command, ready to be run.</summary>
    public static Command Create()
    {
        var shared = new SharedOptions("cache");
        var command = new Command("cache", "Requests per second from the cache, from a stateless server with Redis, without the token merge, and one candidate at a time");
        shared.AddTo(command);
        command.SetAction(parsed => Run(shared.Of(parsed)));
        return command;
    }

    private static void Run(BenchOptions options)
    {
        using var redis = RedisServer.Start();
        using var device = new DeviceProvider(new EngineOptions().Device);
        var merged = BenchModel.Config();
        var plain = merged with { GroupSize = 1, EventDim = merged.ModelDim, InnerLayers = 0, RecentGroups = merged.RecentGroups * merged.GroupSize };
        var shorter = merged with { MaxEvents = ShortEvents, RecentGroups = ShortEvents / merged.GroupSize };
        using var sessions = new ModelSessions(device, merged, BenchModel.Weights(merged));
        using var shorterSessions = new ModelSessions(device, shorter, BenchModel.Weights(shorter));
        using var plainSessions = new ModelSessions(device, plain, BenchModel.Weights(plain));
        var all = new List<Ranker>();
        var compared = new List<Ranker>();
        var interleaved = new Interleaved(options.Workers, options.Rounds, options.AtLeast);
        using var peak = new MatMulPeak(device, options.Workers);
        interleaved.Add(Peak, peak.Run);
        (int Events, int Candidates)[] sizes = [(LongEvents, 20), (LongEvents, AddedCandidates), (ShortEvents, AddedCandidates)];
        foreach (var (events, candidates) in sizes)
        {
            // A window of the same length, so that a user who goes on has no more.
            var rankers = events == ShortEvents ? Rankers(shorter, shorterSessions, events, candidates) : Rankers(merged, sessions, events, candidates);
            RequireEqual(rankers[0]);
            compared.Add(rankers[0]);
            Add(0, worker => rankers[worker].Cached());
            Add(1, worker => rankers[worker].Stateless());
            if (events == LongEvents)
            {
                var unmerged = Rankers(plain, plainSessions, events, candidates);
                Add(2, worker => unmerged[worker].Stateless());
                Add(3, worker => rankers[worker].PerCandidate());
            }

            void Add(int way, Action<int> call) => interleaved.Add(Name(way, events, candidates), call);
        }

        var seconds = interleaved.Run(BenchOptions.Told);

        // And once more, after all the events that came since.
        compared.ForEach(RequireEqual);
        var rows = new List<CacheFigures>();
        foreach (var (events, candidates) in sizes)
        {
            for (var way = 0; way < Ways.Length; way++)
            {
                if (seconds.TryGetValue(Name(way, events, candidates), out var times))
                {
                    var cached = seconds[Name(0, events, candidates)];
                    rows.Add(new(Ways[way], events, candidates, Spread.Of(times), options.Workers / Spread.Of(times).Median, Spread.Of(times.Zip(cached, (t, c) => t / c))));
                }
            }
        }

        BenchReport.Print(
            $"cache: {options.Workers} callers at once, {options.Rounds} rounds; three events since the user's last request",
            ["way", "L", "C", "ms", "10 %", "90 %", "requests/s", "cached over it"],
            rows.Select(row => new[]
            {
                row.Way, Texts.Whole(row.Events), Texts.Whole(row.Candidates), Texts.Milliseconds(row.Seconds.Median), Texts.Milliseconds(row.Seconds.Low),
                Texts.Milliseconds(row.Seconds.High), Texts.Digits(row.RequestsPerSecond), Texts.Digits(row.CachedOverThis.Median) + " x",
            }));

        var added = Enumerable.Range(0, 2).Select(way => seconds[Name(way, LongEvents, AddedCandidates)].Zip(seconds[Name(way, ShortEvents, AddedCandidates)], (far, near) => far - near).ToArray()).ToArray();
        var (cachedAdds, statelessAdds) = (Spread.Of(added[0]), Spread.Of(added[1]));
        var removed = Spread.Of(added[0].Zip(added[1], (cached, stateless) => 1 - (cached / stateless)));
        var floor = new AddedFloor(Added(merged, merged.MaxEvents, shorter, shorter.MaxEvents), Added(merged, merged.RetainedEvents, shorter, shorter.RetainedEvents));
        Console.WriteLine(
            $"A history of {Texts.Whole(LongEvents)} events instead of {ShortEvents} adds {Texts.Milliseconds(cachedAdds.Median)} ms to a cached request and "
            + $"{Texts.Milliseconds(statelessAdds.Median)} ms to a stateless one (C = {AddedCandidates}): the cache removes {Texts.Percent(removed.Median)} of it, round by round "
            + $"({Texts.Percent(removed.Low)} to {Texts.Percent(removed.High)}), and {Texts.Percent(1 - (cachedAdds.Median / statelessAdds.Median))} by the two medians. "
            + $"The formulas count {Texts.Digits(floor.OfTheWindow.CachedMflop)} more MFLOP for the one and {Texts.Whole(floor.OfTheWindow.StatelessMflop)} for the other, "
            + $"{Texts.Percent(floor.OfTheWindow.Removed)} less at an equal share of the peak; {Texts.Digits(floor.OfOlderUsers.CachedMflop)} and {Texts.Whole(floor.OfOlderUsers.StatelessMflop)}, "
            + $"{Texts.Percent(floor.OfOlderUsers.Removed)}, for users who are older than the window, as these soon are.");
        BenchReport.Save(options, KvStorage.Full, MatMulPeak.Flops / Spread.Of(seconds[Peak]).Median / 1e9, new
        {
            Rows = rows,
            CachedAddsSeconds = cachedAdds,
            StatelessAddsSeconds = statelessAdds,
            AddedCostRemoved = removed,
            Floor = floor,
        });

        all.ForEach(ranker => ranker.Dispose());

        Ranker[] Rankers(LongerConfig config, ModelSessions of, int events, int candidates)
        {
            all.AddRange(Enumerable.Range(0, options.Workers).Select(worker => new Ranker(device, config, of, redis.Connection.GetDatabase(), worker, events, candidates)));
            return [.. all.TakeLast(options.Workers)];
        }
    }

    private static string Name(int way, int events, int candidates) => $"{Ways[way]}, L = {events}, C = {candidates}";

    /// <summary>What the formulas count more for the longer of two lives.</summary>
    private static AddedOperations Added(LongerConfig config, long events, LongerConfig shorter, long fewer)
    {
        var score = LongerFlops.Score(config, events, AddedCandidates) - LongerFlops.Score(shorter, fewer, AddedCandidates);
        return new(
            (score + LongerFlops.Append(config, events) - LongerFlops.Append(shorter, fewer)) / 1e6,
            (score + LongerFlops.Prefill(config, events) - LongerFlops.Prefill(shorter, fewer)) / 1e6);
    }

    // What is compared must be the same answer, after some visits too.
    private static void RequireEqual(Ranker ranker)
    {
        for (var visit = 0; visit < Visits; visit++)
        {
            var (cached, stateless, one) = (ranker.Current(), ranker.Stateless(), visit == 0 ? ranker.PerCandidate() : []);
            var worst = cached.Zip(stateless, (a, b) => Math.Abs(a - b)).Concat(cached.Zip(one, (a, b) => Math.Abs(a - b))).Max();
            if (!(worst < Tolerance))
            {
                throw new InvalidOperationException($"The answers differ by {worst}.");
            }

            ranker.GoOn();
        }
    }
}
