namespace Longer.Grid.Training;

/// <summary>A schema, a data file or a repository cannot be used as it is. The message names the place and what is accepted.</summary>
public sealed class DataSetException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The place (file and line, or JSON path), what was found, and what is accepted.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public DataSetException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
