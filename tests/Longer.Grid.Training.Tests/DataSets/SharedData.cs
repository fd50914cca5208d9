namespace Longer.Grid.Training.Tests;

/// <summary>Real data that lies beside the checkout, in <c>../shared/data</c>; it is no part of the project, so that it may be absent.</summary>
internal static class SharedData
{
    /// <summary>The project's own folder.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory, folder => File.Exists(Path.Combine(folder, "Longer.Grid.sln")))
        ?? throw new DirectoryNotFoundException("Longer.Grid.sln stands in no folder above the tests.");

    /// <summary>The path of a file, <see langword="null"/> where it is absent.</summary>
    public static string? Find(string set, string file)
    {
        var path = Path.Combine(Root, "..", "shared", "data", set, file);
        return File.Exists(path) ? Path.GetFullPath(path) : null;
    }

    private static string? Above(string folder, Func<string, bool> isIt)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (isIt(at.FullName))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
