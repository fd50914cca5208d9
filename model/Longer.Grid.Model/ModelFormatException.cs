namespace Longer.Grid.Model;

/// <summary>A model file does not follow the contract (MODEL.md section 10). It is refused whole.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Creates the error for one file.</summary>
    /// <param name="file">Which file, as its user calls it: <c>config.json</c> or <c>weights.safetensors</c>.</param>
    /// <param name="problems">Every problem found, each naming the field or tensor, what was found and what is accepted.</param>
    /// <param name="innerException">The parser's own error, where there is one.</param>
    public ModelFormatException(string file, IReadOnlyList<string> problems, Exception? innerException = null)
        : base($"{file}: {string.Join("; ", problems)}", innerException)
    {
        File = file;
        Problems = problems;
    }

    /// <summary>The file that is wrong.</summary>
    public string File { get; }

    /// <summary>Every problem found in it; at least one.</summary>
    public IReadOnlyList<string> Problems { get; }
}
