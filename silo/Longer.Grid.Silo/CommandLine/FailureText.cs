using System.Net.Sockets;
using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>One line for an error that no command named itself.</summary>
internal static class FailureText
{
    /// <summary>The message alone where the error is made for readers, else its type too.</summary>
    public static string Of(Exception error)
    {
        var cause = Cause(error);
        var text = cause is GridException or ModelFormatException or KvBudgetException or IOException or UnauthorizedAccessException or HttpRequestException or SocketException
            || IsDataSetError(cause)
            ? cause.Message
            : $"unexpected {cause.GetType().Name}: {cause.Message} (--verbose shows where)";
        return text.ReplaceLineEndings(" ");
    }

    private static Exception Cause(Exception error) => error is AggregateException { InnerExceptions.Count: 1 } all ? Cause(all.InnerException!) : error;

    // The training project is not there in the serving build.
    private static bool IsDataSetError(Exception error) =>
#if LONGER_TRAINING
        error is Training.DataSetException;
#else
        false;
#endif
}
