using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HdrHistogram;

namespace Longer.Grid.Benchmarks;

/// <summary>Scores of resident users over connections that are open beforehand: as many as are answered, or as many as are told.</summary>
internal sealed class ScoreStorm : IDisposable
{
    private const int Callers = 16;
    private const int Connections = 2_000;

    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(50);

    private readonly byte[][] _requests;
    private readonly ConcurrentStack<WireConnection> _idle;
    private readonly List<WireConnection> _all;

    /// <summary>Opens the connections.</summary>
    /// <param name="gateway">On loopback.</param>
    /// <param name="bodies">A body of each user.</param>
    public ScoreStorm(Uri gateway, IEnumerable<byte[]> bodies)
    {
        var at = new IPEndPoint(IPAddress.Loopback, gateway.Port);
        _requests = [.. bodies.Select(body => (byte[])[
            .. System.Text.Encoding.ASCII.GetBytes($"POST /v1/score HTTP/1.1\r\nHost: {gateway.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body])];
        _all = [.. Enumerable.Range(0, Connections).Select(_ => new WireConnection(at))];
        _idle = new(_all);
    }

    /// <summary>Answers a second to callers who wait for each.</summary>
    public async Task<double> CapacityAsync(TimeSpan duration)
    {
        var (started, answered) = (Stopwatch.GetTimestamp(), 0);
        await Task.WhenAll(_all.Take(Callers).Select(async (connection, caller) =>
        {
            for (var i = caller; Stopwatch.GetElapsedTime(started) < duration; i++)
            {
                if (await connection.AskAsync(_requests[i % _requests.Length]) == 200)
                {
                    Interlocked.Increment(ref answered);
                }
            }
        }));
        return answered / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Sends so many a second at random moments, whatever becomes of them.</summary>
    public Outcome Send(double rate, TimeSpan duration, int seed)
    {
        var outcome = new Outcome();
        var random = new Random(seed);
        var (started, due, pending) = (Stopwatch.GetTimestamp(), 0.0, new CountdownEvent(1));
        for (var i = 0; due < duration.TotalSeconds; i++)
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds is var now && now < due)
            {
                FineSleep.For(TimeSpan.FromSeconds(due - now));
            }

            due += -Math.Log(1 - random.NextDouble()) / rate;
            Interlocked.Increment(ref outcome.Requests);
            if (_idle.TryPop(out var connection))
            {
                pending.AddCount();
                _ = AskAsync(connection, _requests[i % _requests.Length], outcome, pending);
            }
            else
            {
                Interlocked.Increment(ref outcome.Failed);
            }
        }

        outcome.InTime = outcome.Served.TotalCount;
        outcome.Took = Stopwatch.GetElapsedTime(started);
        pending.Signal();
        pending.Wait();
        pending.Dispose();
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => _all.ForEach(connection => connection.Dispose());

    private async Task AskAsync(WireConnection connection, byte[] request, Outcome outcome, CountdownEvent pending)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var status = await connection.AskAsync(request);
            var took = Stopwatch.GetElapsedTime(started);
            if (status == 200)
            {
                OpenLoopLoad.Record(outcome.Served, took);
            }
            else if (connection.IsTypedRefusal)
            {
                OpenLoopLoad.Record(outcome.Refused, took);
                if (took > Late)
                {
                    Interlocked.Increment(ref outcome.LateRefusals);
                }
            }
            else
            {
                Interlocked.Increment(ref outcome.Failed);
            }

            _idle.Push(connection);
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            Interlocked.Increment(ref outcome.Failed);
        }
        finally
        {
            pending.Signal();
        }
    }

    /// <summary>What became of a load.</summary>
    internal sealed class Outcome
    {
        public long Requests;
        public long Failed;
        public long LateRefusals;

        /// <summary>Served before the load ended.</summary>
        public long InTime { get; set; }

        public TimeSpan Took { get; set; }

        public LongConcurrentHistogram Served { get; } = OpenLoopLoad.Histogram();

        public LongConcurrentHistogram Refused { get; } = OpenLoopLoad.Histogram();
    }
}
