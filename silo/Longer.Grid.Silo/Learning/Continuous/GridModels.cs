using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <inheritdoc cref="IGridModels"/>
internal sealed class GridModels(IGrainFactory grains, IModelStore store, IModelUploads uploads, TimeProvider time) : IGridModels
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(250);

    private IModelRegistryGrain Registry => grains.GetGrain<IModelRegistryGrain>(0);

    /// <inheritdoc/>
    public async Task<string?> ActiveAsync(CancellationToken cancellationToken) => (await Registry.ListAsync(cancellationToken)).Active;

    /// <inheritdoc/>
    public async Task<ModelPackage> ReadAsync(string version, CancellationToken cancellationToken)
    {
        await using var config = await OpenAsync(version, ModelPart.Config, LongerConfigJson.FileName, cancellationToken);
        await using var weights = await OpenAsync(version, ModelPart.Weights, SafetensorsFile.FileName, cancellationToken);
        using var json = new MemoryStream();
        await config.CopyToAsync(json, cancellationToken);
        return await BackgroundThread.RunAsync(() => ModelPackage.Load(json.ToArray(), weights));
    }

    /// <inheritdoc/>
    public async Task<string> PublishAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new ModelFolder(new DirectoryInfo(folder));
        await using var upload = await uploads.BeginUploadAsync(cancellationToken);
        foreach (var file in files.Files)
        {
            await using var content = files.Open(file);
            await upload.WriteAsync(ModelFolder.PartOf(file), content, cancellationToken);
        }

        return (await Registry.PublishAsync(upload.Id, cancellationToken)).Version;
    }

    /// <inheritdoc/>
    public async Task ActivateAsync(string version, string before, CancellationToken cancellationToken)
    {
        while (await Registry.SucceedAsync(version, before, cancellationToken) != ModelState.Active)
        {
            await Task.Delay(PollEvery, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task TellAsync(TrainingPeriodReport period, CancellationToken cancellationToken) => Registry.TrainedAsync(period, cancellationToken);

    private async Task<Stream> OpenAsync(string version, ModelPart part, string file, CancellationToken cancellationToken) =>
        await store.OpenAsync(version, part, cancellationToken) ?? throw new ModelFormatException(file, [$"the model store has none of version {version}"]);
}
