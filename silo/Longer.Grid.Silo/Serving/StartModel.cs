using Longer.Grid.Grains;
using Microsoft.Extensions.Hosting;

namespace Longer.Grid.Silo;

/// <summary>Publishes and activates a folder's model before a grid serves. The same folder again changes nothing.</summary>
internal sealed class StartModel(IGrainFactory grains, IModelStore store, ModelFolder folder) : IHostedService
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var registry = grains.GetGrain<IModelRegistryGrain>(0);
        await using var upload = await store.BeginUploadAsync(cancellationToken);
        foreach (var file in folder.Files)
        {
            await using var content = folder.Open(file);
            await upload.WriteAsync(PartOf(file), content, cancellationToken);
        }

        try
        {
            var published = await registry.PublishAsync(upload.Id, cancellationToken);
            while (await registry.ActivateAsync(published.Version, cancellationToken) != ModelState.Active)
            {
                await Task.Delay(PollEvery, TimeProvider.System, cancellationToken);
            }
        }
        catch (ModelRejectedException e)
        {
            throw new CommandException($"--model {folder.Name}: {e.Part}: {string.Join("; ", e.Problems)}", e);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static ModelPart PartOf(string file) => file switch
    {
        ModelFolder.Config => ModelPart.Config,
        ModelFolder.Weights => ModelPart.Weights,
        _ => ModelPart.Metrics,
    };
}
