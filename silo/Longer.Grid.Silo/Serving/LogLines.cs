using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Longer.Grid.Silo;

/// <summary>Logs of a grid's process: lines on standard error, of what somebody may have to act on.</summary>
internal static class LogLines
{
    /// <summary>Adds them.</summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="verbose">From information on and with traces, rather than warnings as single lines.</param>
    public static void AddLogLines(this ILoggingBuilder logging, bool verbose)
    {
        logging.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning);
        // It counts from the machine's boot, and warns of that at each start.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        if (!verbose)
        {
            logging.AddFilter("Orleans", LogLevel.Error);
            // A start that fails is said once, by the command.
            logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
            logging.AddFilter("Orleans.Runtime.Silo", LogLevel.None);
            logging.AddFilter("Orleans.Runtime.SiloLifecycleSubject", LogLevel.None);
            logging.AddFilter("Microsoft.AspNetCore", LogLevel.Error);
        }

        logging.Services.AddSingleton(new LogLineFormatter.Detail(verbose));
        logging.AddConsole(console =>
        {
            console.FormatterName = LogLineFormatter.FormatName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<LogLineFormatter, ConsoleFormatterOptions>();
    }
}
