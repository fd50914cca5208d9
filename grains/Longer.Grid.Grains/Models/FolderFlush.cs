using System.Runtime.InteropServices;

namespace Longer.Grid.Grains;

/// <summary>Makes a rename inside a folder survive power loss, which on Linux takes a flush of the folder itself; .NET has no call for it.</summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;

    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{folder} cannot be opened: error {Marshal.GetLastPInvokeError()}");
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw new IOException($"{folder} cannot be flushed: error {Marshal.GetLastPInvokeError()}");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
