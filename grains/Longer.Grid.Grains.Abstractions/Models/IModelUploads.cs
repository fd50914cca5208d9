namespace Longer.Grid.Grains;

/// <summary>
/// Where model files come in. Not a grain: a gateway streams an upload into the store that the silos read, and passes on only its id.
/// </summary>
public interface IModelUploads
{
    /// <summary>Begins an upload under a temporary name; nobody sees it before <see cref="IModelStore.CommitAsync"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot take it.</exception>
    Task<IModelUpload> BeginUploadAsync(CancellationToken cancellationToken);
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
