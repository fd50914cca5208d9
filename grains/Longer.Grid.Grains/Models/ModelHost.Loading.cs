using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>From the model store to an engine.</summary>
internal sealed partial class ModelHost
{
    /// <summary>Reads an upload as a silo would load it.</summary>
    /// <returns>The version that its files name.</returns>
    /// <exception cref="ModelRejectedException">A file is missing or breaks the contract.</exception>
    public async Task<string> CheckAsync(string uploadId, CancellationToken cancellationToken) =>
        (await ReadAsync(part => store.OpenUploadAsync(uploadId, part, cancellationToken), cancellationToken)).Version;

    private async Task LoadAsync_NeedsTurn(string version, CancellationToken cancellationToken)
    {
        if (_pending?.Version != version)
        {
            await UnloadPendingAsync_NeedsTurn();
        }

        // At most two at once: what served before has to be gone.
        await _retiring.WaitAsync(cancellationToken);
        if (_pending is not null)
        {
            return;
        }

        try
        {
            _loading = version;
            var package = await ReadAsync(part => store.OpenAsync(version, part, cancellationToken), cancellationToken);
            versionCheck.Require(version, package);
            retention.Require(package.Config);
            _pending = await InBackgroundAsync(() => new LongerEngine(device, package), cancellationToken);
        }
        catch (KvBudgetException e)
        {
            // Its own type is the model project's, which a gateway that is no silo does not have.
            throw new ModelRejectedException("kv-memory", [e.Message], e.Message) { Accepted = "a model whose states fit, or silos with more --kv-memory" };
        }
        finally
        {
            _loading = _pending?.Version;
        }
    }

    private async Task UnloadPendingAsync_NeedsTurn()
    {
        if (_pending is { } pending)
        {
            (_pending, _loading) = (null, null);
            await pending.DisposeAsync();
        }
    }

    private async Task<ModelPackage> ReadAsync(Func<ModelPart, Task<Stream?>> open, CancellationToken cancellationToken)
    {
        try
        {
            await using var config = await open(ModelPart.Config) ?? throw Missing(LongerConfigJson.FileName);
            await using var weights = await open(ModelPart.Weights) ?? throw Missing(SafetensorsFile.FileName);
            using var json = new MemoryStream();
            await config.CopyToAsync(json, cancellationToken);
            return await InBackgroundAsync(() => ModelPackage.Load(json.ToArray(), weights), cancellationToken);
        }
        catch (ModelFormatException e)
        {
            throw new ModelRejectedException(e.File, [.. e.Problems], e.Message);
        }
    }

    /// <summary>Steps back for the requests there are; before the first model there are none to step back for.</summary>
    private Task<T> InBackgroundAsync<T>(Func<T> load, CancellationToken cancellationToken) =>
        ActiveVersion is null ? Task.Run(load, cancellationToken) : device.RunInBackgroundAsync(load, cancellationToken);

    private static ModelFormatException Missing(string file) => new(file, ["it is missing"]);
}
