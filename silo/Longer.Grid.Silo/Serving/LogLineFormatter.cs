using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Longer.Grid.Silo;

/// <summary>A log entry as one line; an error's trace only for those who asked.</summary>
internal sealed class LogLineFormatter(TimeProvider time, LogLineFormatter.Detail detail) : ConsoleFormatter(FormatName)
{
    /// <summary>What a logging builder knows it by.</summary>
    public const string FormatName = "longer-line";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var error = logEntry.Exception is not { } e ? "" : detail.Traces ? Environment.NewLine + e : $": {e.GetType().Name}: {e.Message}";
        if (!detail.Traces)
        {
            (message, error) = (message.ReplaceLineEndings(" "), error.ReplaceLineEndings(" "));
        }

        var at = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        textWriter.WriteLine($"{at} {logEntry.LogLevel} {logEntry.Category}[{logEntry.EventId.Id}] {message}{error}");
    }

    /// <summary>How much is shown.</summary>
    /// <param name="Traces">Whether an error's trace follows its line.</param>
    internal sealed record Detail(bool Traces);
}
