namespace Longer.Grid.Silo;

/// <summary>The folder of a grid's durable state, held by one process at a time.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>Makes the folder where it is missing, and takes it.</summary>
    /// <remarks>The kernel lets go of the lock when the process ends, however it ends; the file stays and means nothing.</remarks>
    /// <exception cref="CommandException">The folder cannot be made or written, or another process holds it.</exception>
    public static DataDirectory Take(DirectoryInfo folder)
    {
        try
        {
            Directory.CreateDirectory(folder.FullName);
            // Sharing none is a lock that other processes of ours respect, on Unix by flock.
            return new(folder.FullName, new FileStream(System.IO.Path.Combine(folder.FullName, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException($"--data {folder}: not writable: {e.Message}", e);
        }
        catch (IOException e)
        {
            var lockFile = System.IO.Path.Combine(folder.FullName, "lock");
            throw new CommandException(
                File.Exists(lockFile)
                    ? $"--data {folder}: in use by another longer-grid process (it holds {lockFile})"
                    : $"--data {folder}: cannot be used: {e.Message}",
                e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
