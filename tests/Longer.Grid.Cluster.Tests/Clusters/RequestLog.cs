using System.Diagnostics;
using System.Globalization;

namespace Longer.Grid.Cluster.Tests;

/// <summary>
/// What callers sent and were answered, kept outside the grid: a line for each sending and each answer, only ever added to, in a file
/// that outlives the test's processes.
/// </summary>
internal sealed class RequestLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamWriter _file;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<(TimeSpan At, string Request, string Problem)> _failures = [];
    private readonly List<(TimeSpan Sent, TimeSpan Took, string Kind)> _answers = [];
    private long _sent;
    private int _inFlight;

    public RequestLog(string path) => _file = new StreamWriter(path) { AutoFlush = true };

    /// <summary>Requests sent and not answered yet.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Time since the log was begun.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    /// <summary>Requests that were refused, or not answered at all, and when that was known.</summary>
    public IReadOnlyList<(TimeSpan At, string Request, string Problem)> Failures
    {
        get
        {
            lock (_lock)
            {
                return [.. _failures];
            }
        }
    }

    /// <summary>Requests that were answered well.</summary>
    public IReadOnlyList<(TimeSpan Sent, TimeSpan Took, string Kind)> Answers
    {
        get
        {
            lock (_lock)
            {
                return [.. _answers];
            }
        }
    }

    /// <summary>Sends a request between its two lines.</summary>
    public async Task SendAsync(string kind, string what, Func<Task> send)
    {
        var number = Interlocked.Increment(ref _sent);
        var sent = Write(number, "sent", $"{kind} {what}");
        Interlocked.Increment(ref _inFlight);
        try
        {
            await send();
            var answered = Write(number, "answered", kind);
            lock (_lock)
            {
                _answers.Add((sent, answered - sent, kind));
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            var at = Write(number, "failed", e.Message);
            lock (_lock)
            {
                _failures.Add((at, $"{kind} {what}", e.Message));
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private TimeSpan Write(long number, string what, string detail)
    {
        lock (_lock)
        {
            var now = Now;
            _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{now.TotalMilliseconds:F1} {number} {what} {detail.ReplaceLineEndings(" ")}"));
            return now;
        }
    }
}
