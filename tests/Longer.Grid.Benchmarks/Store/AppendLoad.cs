using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Longer.Grid.Grains;

namespace Longer.Grid.Benchmarks;

/// <summary>Callers each of whom appends to users of its own in turn, as fast as it is answered.</summary>
/// <param name="Callers">At once.</param>
/// <param name="Batch">Events of an append.</param>
/// <param name="Users">Of all callers together.</param>
/// <param name="Time">How long it is measured.</param>
internal sealed record AppendLoad(int Callers, int Batch, int Users, TimeSpan Time)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Runs it.</summary>
    public async Task<AppendFigures> RunAsync(string way, IAppendTarget target, WalFigures wal, CancellationToken stop)
    {
        await Parallel.ForAsync(0, Users, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = stop }, async (user, _) => await target.PrepareAsync(Id(user)));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var (seconds, counts) = (new ConcurrentQueue<double>(), false);
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller), CancellationToken.None)).ToArray();
        await Task.Delay(WarmUp, TimeProvider.System, stop);

        var (writerBefore, walBefore, began) = (target.Writer, wal.Read(), Stopwatch.GetTimestamp());
        Volatile.Write(ref counts, true);
        await Task.WhenAny(Task.Delay(Time, TimeProvider.System, stop), Task.WhenAny(callers));
        Volatile.Write(ref counts, false);
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var (writer, walAfter) = (target.Writer, wal.Read());
        await end.CancelAsync();
        await Task.WhenAll(callers);

        var sorted = seconds.Order().ToArray();
        var (groups, syncs) = ((double)(writer.Groups - writerBefore.Groups), (double)(walAfter.Syncs - walBefore.Syncs));
        return new(
            way,
            sorted.Length * (double)Batch / elapsed,
            sorted.Length / elapsed,
            sorted[sorted.Length / 2],
            sorted[(int)(sorted.Length * 0.99)],
            groups / elapsed,
            (writer.Writes - writerBefore.Writes) / groups,
            (writer.Busy - writerBefore.Busy).TotalSeconds / groups,
            (writer.Busy - writerBefore.Busy).TotalSeconds / elapsed,
            syncs / elapsed,
            (walAfter.SyncTime - walBefore.SyncTime).TotalSeconds / Math.Max(1, syncs),
            (walAfter.Bytes - walBefore.Bytes) / Math.Max(1, sorted.Length * (double)Batch));

        async Task CallAsync(int caller)
        {
            var (random, atMs) = (new Random(caller), BenchUser.NowMs - 900_000_000);
            for (var turn = 0; !end.IsCancellationRequested; turn++)
            {
                var user = caller + (turn * Callers % (Users / Callers * Callers));
                BehaviorEvent[] events = [.. Enumerable.Range(0, Batch).Select(_ => Event(random, atMs += 1 + random.Next(100)))];
                var sent = Stopwatch.GetTimestamp();
                await target.AppendAsync(Id(user), events);
                if (Volatile.Read(ref counts))
                {
                    seconds.Enqueue(Stopwatch.GetElapsedTime(sent).TotalSeconds);
                }
            }
        }
    }

    private static string Id(int user) => string.Create(CultureInfo.InvariantCulture, $"bench-{user}");

    private static BehaviorEvent Event(Random random, long atMs)
    {
        var item = random.Next(100_000);
        return new(Text(item), "play", atMs, [new("artist", Text(item % 9973)), new("genre", Text(item % 37))]);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
