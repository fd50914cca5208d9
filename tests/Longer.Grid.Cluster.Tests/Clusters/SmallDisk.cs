using System.Diagnostics;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A file system of some megabytes that can really be filled. Only who may mount has one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk()
    {
    }

    /// <summary>Where it is.</summary>
    public string Path => _folder.Path;

    private string Ballast => _folder["ballast"];

    /// <summary>Mounts one; <see langword="null"/> where that is not permitted.</summary>
    /// <param name="owner">Whose it is; <see langword="null"/> leaves it to who runs the test.</param>
    public static SmallDisk? TryMount(string? owner = null)
    {
        var disk = new SmallDisk();
        if (Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.Path))
        {
            Assert.True(owner is null || Run("chown", owner, disk.Path));
            return disk;
        }

        disk._folder.Dispose();
        TestContext.Current.TestOutputHelper!.WriteLine("No file system can be mounted here.");
        return null;
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var piece = new byte[1 << 20]; piece.Length > 0;)
        {
            try
            {
                file.Write(piece);
            }
            catch (IOException)
            {
                piece = new byte[piece.Length / 4];
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Ballast);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Lazily: a process that has been killed may not be gone yet.
        Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
