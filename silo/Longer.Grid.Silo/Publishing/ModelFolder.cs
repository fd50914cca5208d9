using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>A folder with a model's files.</summary>
internal sealed class ModelFolder
{
    /// <summary>Names of the files, the optional one last.</summary>
    public const string Config = LongerConfigJson.FileName, Weights = SafetensorsFile.FileName, Metrics = ModelPackage.MetricsFileName;

    private readonly DirectoryInfo _folder;

    /// <summary>Finds the files.</summary>
    /// <exception cref="CommandException">The folder or one of the two files that make a model is missing.</exception>
    public ModelFolder(DirectoryInfo folder)
    {
        _folder = folder;
        if (!folder.Exists)
        {
            throw new CommandException($"--model {folder}: no such folder");
        }

        var missing = new[] { Config, Weights }.Where(name => !File.Exists(PathOf(name))).ToArray();
        if (missing.Length > 0)
        {
            throw new CommandException($"--model {folder}: no {string.Join(" and no ", missing)} in it");
        }
    }

    /// <summary>The folder as it was given.</summary>
    public string Name => _folder.ToString();

    /// <summary>Files of the model: two, or three where there are metrics.</summary>
    public IEnumerable<string> Files => new[] { Config, Weights, Metrics }.Where(name => File.Exists(PathOf(name)));

    /// <summary>Bytes of all files together.</summary>
    public long Bytes => Files.Sum(name => new FileInfo(PathOf(name)).Length);

    /// <summary>Opens a file to be read once from its start to its end.</summary>
    /// <exception cref="CommandException">It cannot be read.</exception>
    public FileStream Open(string file)
    {
        try
        {
            return new FileStream(PathOf(file), new FileStreamOptions { Options = FileOptions.SequentialScan | FileOptions.Asynchronous, BufferSize = 1 << 17 });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{PathOf(file)}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What a file is to the grid.</summary>
    public static ModelPart PartOf(string file) => file switch
    {
        Config => ModelPart.Config,
        Weights => ModelPart.Weights,
        _ => ModelPart.Metrics,
    };

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);
}
