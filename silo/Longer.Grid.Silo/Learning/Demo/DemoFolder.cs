namespace Longer.Grid.Silo;

/// <summary>Where a demonstration keeps its grid and its model: a folder of the caller's, or one that goes with it.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly bool _ours;

    private DemoFolder(DirectoryInfo folder, bool ours)
    {
        _ours = ours;
        Folder = folder;
        Data = DataDirectory.Take(new DirectoryInfo(Path.Combine(folder.FullName, "grid")));
    }

    /// <summary>The folder.</summary>
    public DirectoryInfo Folder { get; }

    /// <summary>The grid's part of it.</summary>
    public DataDirectory Data { get; }

    /// <summary>Where the model goes.</summary>
    public string Model => Path.Combine(Folder.FullName, "model");

    /// <summary>Takes a folder that holds no demonstration yet, or makes one.</summary>
    /// <param name="given">The caller's; <see langword="null"/> makes one that is removed at the end.</param>
    /// <exception cref="CommandException">It holds something: what is replayed would have happened already.</exception>
    public static DemoFolder Take(DirectoryInfo? given)
    {
        if (given is null)
        {
            return new(Directory.CreateTempSubdirectory("longer-grid-demo-"), ours: true);
        }

        try
        {
            if (given.Exists && given.EnumerateFileSystemInfos().Any())
            {
                throw new CommandException(
                    $"--data {given}: not empty; a demonstration begins before its data's last part has happened: name a new folder, or serve this one with "
                    + $"longer-grid run --data {Path.Combine(given.ToString(), "grid")}");
            }

            given.Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--data {given}: cannot be used: {e.Message}", e);
        }

        return new(given, ours: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Data.Dispose();
        if (_ours)
        {
            Folder.Delete(recursive: true);
        }
    }
}
