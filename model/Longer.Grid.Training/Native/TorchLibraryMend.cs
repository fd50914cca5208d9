using System.Runtime.InteropServices;

namespace Longer.Grid.Training;

/// <summary>Lets TorchSharp 0.107 load on systems older than GCC 13, such as Debian 12 and Ubuntu 22.04.</summary>
/// <remarks>
/// <para>
/// <c>libLibTorchSharp.so</c> was built with GCC 13, whose <c>&lt;iostream&gt;</c> makes every file that includes it name one symbol of
/// version GLIBCXX_3.4.32, <c>std::ios_base_library_init()</c>. The symbol is named only so that a newer libstdc++ is asked for: no
/// relocation binds it, nothing calls it. Where libstdc++ ends at GLIBCXX_3.4.30 the loader refuses the file all the same, for the name of
/// the version alone.
/// </para>
/// <para>
/// The mend sets that version's "weak" flag, two bytes of the file, which tells the loader to go on without it. Before it does, it checks
/// that indeed nothing binds a symbol of that version. It does nothing where the system's libstdc++ knows the version, or where the file
/// does not ask for it (another TorchSharp, or mended before). The mended file is written beside the old one and renamed over it: the old
/// one may be a hard link into the package cache, or be loaded by another process; either keeps what it has. Several processes
/// that start at once write the same bytes, and the last rename stays.
/// </para>
/// </remarks>
internal static class TorchLibraryMend
{
    /// <summary>The version that nothing binds and the loader misses.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    private const string Symbol = "_ZSt21ios_base_library_initv";
    private const string FileName = "libLibTorchSharp.so";

    /// <summary>Mends the copy of the library that this process would load, where it needs it.</summary>
    /// <exception cref="NativeLibraryException">It needs mending and cannot be.</exception>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64 || SystemHasVersion())
        {
            return;
        }

        string[] places = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native")];
        foreach (var path in places.Select(place => Path.Combine(place, FileName)).Where(File.Exists))
        {
            Mend(path);
        }
    }

    /// <summary>Mends one file, where the loader would miss <see cref="Version"/>.</summary>
    /// <returns>Whether the file was changed.</returns>
    /// <exception cref="NativeLibraryException">The file cannot do without the version, or cannot be replaced.</exception>
    public static bool Mend(string path)
    {
        var file = File.ReadAllBytes(path);
        var needs = ElfVersionNeeds(path, file);
        if (!needs.Requires(Version))
        {
            return false;
        }

        if (needs.Binds(Version))
        {
            throw new NativeLibraryException(
                $"{path} uses {Version}, which this system's libstdc++ does not have. Training needs the libstdc++ of GCC 13 (Debian 13, Ubuntu 24.04) or newer.");
        }

        needs.Weaken(Version);
        Replace(path, file);
        return true;
    }

    /// <summary>Whether the libstdc++ that this process would load knows the version.</summary>
    internal static bool SystemHasVersion() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && FindVersioned(library, Symbol, Version) != 0;

    private static ElfVersionNeeds ElfVersionNeeds(string path, byte[] file)
    {
        try
        {
            return new ElfVersionNeeds(file);
        }
        catch (InvalidDataException e)
        {
            throw new NativeLibraryException($"{path} is {e.Message}. Restore the packages again.", e);
        }
    }

    private static void Replace(string path, byte[] file)
    {
        var beside = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            try
            {
                File.WriteAllBytes(beside, file);
                File.Move(beside, path, overwrite: true);
            }
            finally
            {
                File.Delete(beside);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NativeLibraryException(
                $"{path} asks for {Version}, which this system's libstdc++ does not have and nothing in the file uses. Its folder must be writable once, "
                + "so that the file can be mended: run a training command once as a user who may write there, or use Debian 13, Ubuntu 24.04 or newer.",
                e);
        }
    }

    // glibc's own look-up of a symbol in one version; .NET has none.
    [DllImport("libc.so.6", EntryPoint = "dlvsym", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint FindVersioned(nint library, string symbol, string version);
}
