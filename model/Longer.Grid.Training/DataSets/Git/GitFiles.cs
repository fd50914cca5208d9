namespace Longer.Grid.Training;

/// <summary>The files of one clone.</summary>
/// <param name="repository">What the clone is called.</param>
internal sealed class GitFiles(string repository)
{
    private const int FoldersOfDir = 2;

    private readonly Dictionary<string, GitFile?> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GitFolder> _folders = new(StringComparer.Ordinal);

    /// <summary>The file of a path.</summary>
    /// <returns><see langword="null"/> where repository and path together are no id.</returns>
    public GitFile? Find(string? path)
    {
        if (path is null)
        {
            return null;
        }

        if (!_files.TryGetValue(path, out var file))
        {
            var item = $"{repository}/{path}";
            _files[path] = file = TextPool.IsId(item) ? Make(item) : null;
        }

        return file;
    }

    private GitFile Make(string item)
    {
        var parts = item.Split('/');
        var dir = string.Join('/', parts[..Math.Min(1 + FoldersOfDir, parts.Length - 1)]);
        if (!_folders.TryGetValue(dir, out var folder))
        {
            _folders[dir] = folder = new();
        }

        // A name that only begins with a dot has no extension.
        var dot = parts[^1].LastIndexOf('.');
        var ext = dot > 0 ? parts[^1][(dot + 1)..] : "";
        return new(new(item, ext.Length == 0 ? [new("dir", dir)] : [new("dir", dir), new("ext", ext)]), folder);
    }
}
