using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>Models as folders, one a version, with uploads beside them until they are committed.</summary>
public sealed class DirectoryModelStore : IModelStore, IModelUploads
{
    private const string UploadsFolder = ".uploads";

    private readonly string _root;

    /// <summary>Opens the store, making its folder; what is left of uploads that nobody will commit any more is removed.</summary>
    public DirectoryModelStore(string root)
    {
        _root = root;
        if (Directory.Exists(Uploads))
        {
            Directory.Delete(Uploads, recursive: true);
        }

        Directory.CreateDirectory(Uploads);
    }

    private string Uploads => Path.Combine(_root, UploadsFolder);

    /// <inheritdoc/>
    public Task<IModelUpload> BeginUploadAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(Path.Combine(Uploads, id));
        return Task.FromResult<IModelUpload>(new Upload(id, Path.Combine(Uploads, id)));
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenUploadAsync(string uploadId, ModelPart part, CancellationToken cancellationToken) => Task.FromResult<Stream?>(Open(Uploads, uploadId, part));

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string version, ModelPart part, CancellationToken cancellationToken) => Task.FromResult<Stream?>(Open(_root, version, part));

    /// <inheritdoc/>
    public Task<bool> CommitAsync(string uploadId, string version, CancellationToken cancellationToken)
    {
        var (from, to) = (Path.Combine(Uploads, uploadId), Path.Combine(_root, version));
        try
        {
            var isNew = !Directory.Exists(to);
            if (!isNew && SameModel(from, to))
            {
                Directory.Delete(from, recursive: true);
                return Task.FromResult(false);
            }

            FolderFlush.Flush(from);
            if (!isNew)
            {
                // Files that are not what their version says: the whole ones take their place.
                Directory.Move(to, Path.Combine(Uploads, $"{version}.{Guid.NewGuid():N}.damaged"));
            }

            // The files were flushed as they were written; the rename makes all of them appear at once.
            Directory.Move(from, to);
            FolderFlush.Flush(_root);
            return Task.FromResult(isNew);
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException($"The model store cannot keep version {version}: {e.Message}", e);
        }
    }

    private static bool SameModel(string upload, string version)
    {
        foreach (var file in new[] { FileOf(ModelPart.Config), FileOf(ModelPart.Weights) })
        {
            var (one, other) = (new FileInfo(Path.Combine(upload, file)), new FileInfo(Path.Combine(version, file)));
            if (!one.Exists || !other.Exists || one.Length != other.Length || !SameBytes(one, other))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameBytes(FileInfo one, FileInfo other)
    {
        using var a = one.OpenRead();
        using var b = other.OpenRead();
        byte[] left = new byte[1 << 16], right = new byte[1 << 16];
        for (int read; (read = a.ReadAtLeast(left, left.Length, throwOnEndOfStream: false)) > 0;)
        {
            if (b.ReadAtLeast(right, right.Length, throwOnEndOfStream: false) != read || !left.AsSpan(0, read).SequenceEqual(right.AsSpan(0, read)))
            {
                return false;
            }
        }

        return true;
    }

    private static string FileOf(ModelPart part) => part switch
    {
        ModelPart.Config => LongerConfigJson.FileName,
        ModelPart.Weights => SafetensorsFile.FileName,
        ModelPart.Metrics => ModelPackage.MetricsFileName,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
    };

    private static FileStream? Open(string root, string name, ModelPart part)
    {
        var path = Path.Combine(root, name, FileOf(part));
        return File.Exists(path) ? File.OpenRead(path) : null;
    }

    private sealed class Upload(string id, string folder) : IModelUpload
    {
        public string Id => id;

        public async Task WriteAsync(ModelPart part, Stream content, CancellationToken cancellationToken)
        {
            FileStream file;
            try
            {
                file = new FileStream(Path.Combine(folder, FileOf(part)), FileMode.CreateNew, FileAccess.Write);
            }
            catch (IOException e)
            {
                throw new StoreUnavailableException($"The model store cannot take {FileOf(part)}: {e.Message}", e);
            }

            await using (file)
            {
                var buffer = new byte[1 << 16];
                for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
                {
                    try
                    {
                        await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                    }
                    catch (IOException e)
                    {
                        throw new StoreUnavailableException($"The model store cannot take {FileOf(part)}: {e.Message}", e);
                    }
                }

                file.Flush(flushToDisk: true);
            }
        }

        public ValueTask DisposeAsync()
        {
            // Committed, it is gone from here already.
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            return ValueTask.CompletedTask;
        }
    }
}
