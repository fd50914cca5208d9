using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using HdrHistogram;
using Longer.Grid.Model;
using Longer.Grid.Silo;
using Longer.Grid.Training;

namespace Longer.Grid.Benchmarks;

/// <summary>
/// Sends requests when they are due, whatever became of those before: a grid that falls behind shows it in the times, which count from
/// the intended send.
/// </summary>
internal sealed class OpenLoopLoad : IDisposable
{
    private const string EngineTiming = "engine;dur=";
    private const int EventsOfBody = 5_000;
    private const long MostMicroseconds = 3_600_000_000;
    private const int Digits = 3;

    private static ReadOnlySpan<byte> Cold => "\"cache\":\"cold\""u8;

    private static readonly string[] SideNames = ["artist", "genre"];

    private readonly LoadPlan _plan;
    private readonly HttpClient _http;
    private readonly byte[] _candidates;
    private long _nowMs = BenchUser.NowMs;

    /// <summary>Prepares a load on one gateway.</summary>
    public OpenLoopLoad(Uri gateway, LoadPlan plan)
    {
        _plan = plan;
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 512 }) { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(2) };
        _candidates = RequestJson.Score("*", [.. BenchUser.Candidates(1, plan.Candidates).Select(c => new RequestCandidate(Text(c.ItemKey), Sides(c.Sides)))], null, 60_000);
    }

    /// <summary>Gives every user the history.</summary>
    public async Task FillAsync(CancellationToken stop)
    {
        for (var user = 0; user < _plan.Users; user++)
        {
            var history = BenchUser.History(user, _plan.Events).Snapshot();
            for (var from = 0; from < history.Count; from += EventsOfBody)
            {
                var some = Enumerable.Range(from, Math.Min(EventsOfBody, history.Count - from));
                using var answer = await PostAsync(EventsPath(user), RequestJson.Events(some.Select(i => Record(history, i))), stop);
                answer.EnsureSuccessStatusCode();
            }

            // The state is made before anything is measured.
            using var scored = await PostAsync("v1/score", ScoreBody(user), stop);
            scored.EnsureSuccessStatusCode();
            BenchOptions.Told((user + 1.0) / _plan.Users);
        }
    }

    /// <summary>Runs the load for some time, or until something is done.</summary>
    public async Task<LoadFigures> RunAsync(TimeSpan duration, int seed, CancellationToken stop, Task? until = null)
    {
        var (scores, appends, pings, overhead, engine) = (Histogram(), Histogram(), Histogram(), Histogram(), Histogram());
        var (failures, cold) = (0, 0);
        var random = new Random(seed);
        var started = Stopwatch.GetTimestamp();
        var calls = new List<Task>();
        await Task.Factory.StartNew(SendAll, stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(calls);
        var achieved = calls.Count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new(achieved, failures, cold, [Of("score", scores), Of("  of it the engine", engine), Of("  of it the grid, from the send", overhead), Of("append", appends), Of("nothing, from the send", pings)]);

        void SendAll()
        {
            foreach (var request in _plan.Requests(duration, seed).TakeWhile(_ => until?.IsCompleted != true))
            {
                var body = request.Kind switch
                {
                    RequestKind.Append => RequestJson.Events([Record(BenchUser.Event(random, Interlocked.Add(ref _nowMs, 1000)))]),
                    RequestKind.Score => ScoreBody(request.User),
                    _ => [],
                };
                while (Stopwatch.GetElapsedTime(started) is var now && now < request.At)
                {
                    FineSleep.For(request.At - now);
                }

                calls.Add(Task.Run(() => SendAsync(request, body), stop));
            }
        }

        async Task SendAsync(PlannedRequest request, byte[] body)
        {
            var sent = Stopwatch.GetElapsedTime(started);
            using var answer = await (request.Kind switch
            {
                RequestKind.Append => PostAsync(EventsPath(request.User), body, stop),
                RequestKind.Score => PostAsync("v1/score", body, stop),
                _ => _http.GetAsync("health/live", stop),
            });
            var told = await answer.Content.ReadAsByteArrayAsync(stop);
            var ended = Stopwatch.GetElapsedTime(started);
            if (!answer.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref failures);
                return;
            }

            switch (request.Kind)
            {
                case RequestKind.Append:
                    Record(appends, ended - request.At);
                    break;
                case RequestKind.Ping:
                    Record(pings, ended - sent);
                    break;
                default:
                    Record(scores, ended - request.At);
                    break;
            }

            if (request.Kind == RequestKind.Score)
            {
                if (told.AsSpan().IndexOf(Cold) >= 0)
                {
                    Interlocked.Increment(ref cold);
                }

                var timing = TimeSpan.FromMilliseconds(double.Parse(answer.Headers.GetValues("Server-Timing").Single()[EngineTiming.Length..], CultureInfo.InvariantCulture));
                Record(engine, timing);
                Record(overhead, ended - sent - timing);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Times, in microseconds.</summary>
    public static LongConcurrentHistogram Histogram() => new(1, MostMicroseconds, Digits);

    /// <summary>Takes a time in.</summary>
    public static void Record(LongConcurrentHistogram histogram, TimeSpan time) =>
        histogram.RecordValue(Math.Clamp((long)time.TotalMicroseconds, 1, MostMicroseconds));

    /// <summary>What they say.</summary>
    public static Latencies Of(string what, LongConcurrentHistogram histogram)
    {
        return new(what, histogram.TotalCount, At(50), At(90), At(99), At(99.9), At(100));

        double At(double percent) => histogram.TotalCount == 0 ? double.NaN : histogram.GetValueAtPercentile(percent) / 1e6;
    }

    private static string EventsPath(int user) => $"v1/users/{UserId(user)}/events";

    private static string UserId(int user) => $"bench-{user}";

    private static string Text(ulong key) => key.ToString(CultureInfo.InvariantCulture);

    private static List<KeyValuePair<string, string>> Sides(IEnumerable<KeyValuePair<string, ulong>> sides) => [.. sides.Select(s => KeyValuePair.Create(s.Key, Text(s.Value)))];

    private static BehaviorRecord Record(KeyedEvent e) => new("", Text(e.ItemKey), e.Action, e.AtMs, Sides(e.Sides));

    private static BehaviorRecord Record(HistorySnapshot history, long ordinal) => new(
        "",
        Text(history.ItemKey(ordinal)),
        history.Action(ordinal),
        history.AtMs(ordinal),
        [.. SideNames.Select(side => KeyValuePair.Create(side, Text(history.SideKey(side, ordinal)!.Value)))]);

    /// <summary>The body of a user's score.</summary>
    public byte[] ScoreBody(int user)
    {
        // The body is the same for all but for the id, which stands first.
        var name = System.Text.Encoding.UTF8.GetBytes(UserId(user));
        var star = Array.IndexOf(_candidates, (byte)'*');
        return [.. _candidates.AsSpan(0, star), .. name, .. _candidates.AsSpan(star + 1)];
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, CancellationToken stop)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await _http.PostAsync(path, content, stop);
    }
}
