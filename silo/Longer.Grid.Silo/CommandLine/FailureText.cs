using System.Net.Sockets;
using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>One line for an error that no command named itself.</summary>
internal static class FailureText
{
    /// <summary>The message alone of the outermost cause that is made for readers; else that of the innermost, with its type.</summary>
    public static string Of(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (IsForReaders(cause))
            {
                return cause.Message.ReplaceLineEndings(" ");
            }
        }

        var innermost = error.GetBaseException();
        return $"unexpected {innermost.GetType().Name}: {innermost.Message} (--verbose shows where)".ReplaceLineEndings(" ");
    }

    private static bool IsForReaders(Exception error) =>
        error is CommandException or GridException or ModelFormatException or KvBudgetException or IOException or UnauthorizedAccessException
            or HttpRequestException or SocketException
        || IsLearningError(error);

    // The training project is not there in the serving build.
    private static bool IsLearningError(Exception error) =>
#if LONGER_TRAINING
        error is Training.DataSetException or Training.NativeLibraryException or Training.TrainingException;
#else
        false;
#endif
}
