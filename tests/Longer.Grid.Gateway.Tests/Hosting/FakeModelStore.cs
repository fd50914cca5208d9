using System.Collections.Concurrent;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway.Tests;

/// <summary>Uploads in memory, with the parts as they came; one that is disposed is gone.</summary>
public sealed class FakeModelStore : IModelUploads
{
    private readonly TaskCompletionSource _reading = new();
    private readonly TaskCompletionSource _disposed = new();

    public ConcurrentDictionary<string, Dictionary<ModelPart, byte[]>> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>Uploads ever begun.</summary>
    public int Begun { get; private set; }

    /// <summary>Whether errors of reading a part are wrapped, as a store may do.</summary>
    public bool WrapsErrors { get; set; }

    /// <summary>What writing a part fails with.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Completes once a part has begun to arrive.</summary>
    public Task WhenReadingAsync() => _reading.Task;

    /// <summary>Completes once an upload has been disposed.</summary>
    public Task WhenDisposedAsync() => _disposed.Task;

    public Task<IModelUpload> BeginUploadAsync(CancellationToken cancellationToken)
    {
        Begun++;
        var upload = new Upload(this, Guid.NewGuid().ToString("N"));
        Uploads[upload.Id] = [];
        return Task.FromResult<IModelUpload>(upload);
    }

    private sealed class Upload(FakeModelStore store, string id) : IModelUpload
    {
        public string Id => id;

        public async Task WriteAsync(ModelPart part, Stream content, CancellationToken cancellationToken)
        {
            if (store.Fault is { } fault)
            {
                throw fault;
            }

            using var bytes = new MemoryStream();
            try
            {
                store._reading.TrySetResult();
                await content.CopyToAsync(bytes, cancellationToken);
            }
            catch (Exception e) when (store.WrapsErrors)
            {
                throw new StoreUnavailableException("The store could not take it.", e);
            }

            store.Uploads[id].Add(part, bytes.ToArray());
        }

        public ValueTask DisposeAsync()
        {
            store.Uploads.TryRemove(id, out _);
            store._disposed.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
