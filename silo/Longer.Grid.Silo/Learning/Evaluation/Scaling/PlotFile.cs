using System.CommandLine;

namespace Longer.Grid.Silo;

/// <summary>A file that a plot is drawn into, as SVG.</summary>
internal sealed class PlotFile
{
    private const string Extension = ".svg";

    private readonly FileInfo _file;

    private PlotFile(FileInfo file) => _file = file;

    /// <summary>The option that names it.</summary>
    public static Option<FileInfo> Option()
    {
        var option = new Option<FileInfo>("--plot") { Description = "Draw what is printed into this file, as SVG; with --scaling", HelpName = $"FILE{Extension}" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !result.Tokens[0].Value.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"--plot {result.Tokens[0].Value}: accepted is a file that ends in {Extension}");
            }
        });
        return option;
    }

    /// <summary>The file, once it is known that it can be written: before the time is spent on what it cannot take.</summary>
    /// <exception cref="CommandException">It cannot.</exception>
    public static PlotFile At(FileInfo file)
    {
        try
        {
            if (Directory.Exists(file.FullName))
            {
                throw new IOException("It is a folder.");
            }

            using var probe = new FileStream(Beside(file), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            return new PlotFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--plot {file}: it cannot be written to: {e.Message}", e);
        }
    }

    /// <summary>Writes the whole file or leaves what was there.</summary>
    public void Write(string svg)
    {
        var beside = Beside(_file);
        try
        {
            File.WriteAllText(beside, svg);
            File.Move(beside, _file.FullName, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static string Beside(FileInfo file) => Path.Combine(file.DirectoryName!, $"{Guid.NewGuid():N}.tmp");
}
