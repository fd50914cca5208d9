namespace Longer.Grid.Grains;

/// <summary>The files of a model.</summary>
public enum ModelPart
{
    /// <summary><c>config.json</c>.</summary>
    Config,

    /// <summary><c>weights.safetensors</c>.</summary>
    Weights,

    /// <summary><c>metrics.json</c>, optional and not part of the version.</summary>
    Metrics,
}

/// <summary>
/// Durable model files, by version. Not a grain: a gateway streams an upload into it directly and passes on only the upload's id.
/// </summary>
public interface IModelStore
{
    /// <summary>Begins an upload under a temporary name; nobody sees it before <see cref="CommitAsync"/>.</summary>
    Task<IModelUpload> BeginUploadAsync(CancellationToken cancellationToken);

    /// <summary>Reads a part of an upload that is not committed yet.</summary>
    /// <returns><see langword="null"/> where that part was not written, or there is no such upload.</returns>
    Task<Stream?> OpenUploadAsync(string uploadId, ModelPart part, CancellationToken cancellationToken);

    /// <summary>Makes an upload a version, atomically and durably. If the version is there already, whole, the upload is removed; if its files are damaged, the upload takes their place.</summary>
    /// <returns>Whether the version is new.</returns>
    Task<bool> CommitAsync(string uploadId, string version, CancellationToken cancellationToken);

    /// <summary>Reads a part of a version.</summary>
    /// <returns><see langword="null"/> where there is no such version or part.</returns>
    Task<Stream?> OpenAsync(string version, ModelPart part, CancellationToken cancellationToken);
}

/// <summary>An upload under way. Disposing it without a commit leaves nothing.</summary>
public interface IModelUpload : IAsyncDisposable
{
    /// <summary>Names the upload to <see cref="IModelRegistryGrain.PublishAsync"/>.</summary>
    string Id { get; }

    /// <summary>Streams one part in.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot take it.</exception>
    Task WriteAsync(ModelPart part, Stream content, CancellationToken cancellationToken);
}
