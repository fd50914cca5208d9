namespace Longer.Grid.Grains;

/// <summary>Durable model files, by version: what a silo reads, and checks before a version is listed.</summary>
public interface IModelStore
{
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
