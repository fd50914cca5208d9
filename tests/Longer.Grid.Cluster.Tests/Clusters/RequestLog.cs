using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Longer.Grid.Cluster.Tests;

/// <summary>
/// What callers sent and were answered, kept outside the grid: a line for each sending and each answer, only ever added to, in a file
/// that outlives the test's processes, and the test. What a user's events have to be is read from it.
/// </summary>
internal sealed class RequestLog : IDisposable
{
    private const string Append = "append";

    private readonly Lock _lock = new();
    private readonly StreamWriter _file;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<(TimeSpan At, string Request, string Problem)> _failures = [];
    private readonly List<(TimeSpan Sent, TimeSpan Took, string Kind)> _answers = [];
    private long _sent;
    private int _inFlight;

    /// <summary>Begins a log.</summary>
    /// <param name="name">Of its file, in place of what an earlier run has left.</param>
    public RequestLog(string name)
    {
        Path = System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetTempPath(), "longer-grid-tests")).FullName, $"{name}.log");
        _file = new StreamWriter(Path) { AutoFlush = true };
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

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

    /// <summary>Appends events between the two lines.</summary>
    public Task AppendAsync(string userId, IReadOnlyList<string> events, Func<Task> send) => SendAsync(Append, $"{userId} {JsonSerializer.Serialize(events)}", send);

    /// <summary>What was appended to a user, and acknowledged; and what was sent last, where that was not.</summary>
    public (IReadOnlyList<string> Acknowledged, IReadOnlyList<string> Unanswered) EventsOf(string userId)
    {
        var (acknowledged, sent, unanswered) = (new List<string>(), new Dictionary<string, List<string>>(StringComparer.Ordinal), new List<string>());
        using var file = new StreamReader(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (file.ReadLine() is { } line)
        {
            var (number, what) = line.Split(' ', 4) is [_, var n, var w, var detail] ? (n, (Word: w, Detail: detail)) : throw new InvalidDataException(line);
            var start = $"{Append} {userId} [";
            if (what.Word == "sent" && what.Detail.StartsWith(start, StringComparison.Ordinal))
            {
                sent.Add(number, unanswered = JsonSerializer.Deserialize<List<string>>(what.Detail[(start.Length - 1)..])!);
            }
            else if (what.Word == "answered" && sent.TryGetValue(number, out var batch))
            {
                acknowledged.AddRange(batch);
                unanswered = [];
            }
        }

        return (acknowledged, unanswered);
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
