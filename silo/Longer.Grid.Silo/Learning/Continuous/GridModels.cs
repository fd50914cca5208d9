using System.IO.Pipelines;
using System.Text;
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
    public async Task PublishAsync(ModelPackage model, string metricsJson, CancellationToken cancellationToken)
    {
        await using var upload = await uploads.BeginUploadAsync(cancellationToken);
        await upload.WriteAsync(ModelPart.Config, new MemoryStream(LongerConfigJson.Write(model.Config)), cancellationToken);
        await UploadWeightsAsync(upload, model.Weights, cancellationToken);
        await upload.WriteAsync(ModelPart.Metrics, new MemoryStream(Encoding.UTF8.GetBytes(metricsJson)), cancellationToken);
        await Registry.PublishAsync(upload.Id, cancellationToken);
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

    /// <summary>Writes the file and uploads it at once: it stands nowhere in between.</summary>
    private static async Task UploadWeightsAsync(IModelUpload upload, ModelWeights weights, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var writing = BackgroundThread.RunAsync(() =>
        {
            using var file = pipe.Writer.AsStream();
            SafetensorsFile.Write(file, weights);
            return true;
        });
        try
        {
            await upload.WriteAsync(ModelPart.Weights, pipe.Reader.AsStream(leaveOpen: true), cancellationToken);
        }
        finally
        {
            // Where it was not read to its end, whoever writes it does not wait for that.
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }

    private async Task<Stream> OpenAsync(string version, ModelPart part, string file, CancellationToken cancellationToken) =>
        await store.OpenAsync(version, part, cancellationToken) ?? throw new ModelFormatException(file, [$"the model store has none of version {version}"]);
}
