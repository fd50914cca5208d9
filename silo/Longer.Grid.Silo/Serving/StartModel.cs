using Longer.Grid.Grains;
using Microsoft.Extensions.Hosting;

namespace Longer.Grid.Silo;

/// <summary>Sees to the model before a grid serves.</summary>
/// <param name="grains">The registry's process.</param>
/// <param name="uploads">Where model files come in.</param>
/// <param name="folder">Published and activated; the same again changes nothing. <see langword="null"/> keeps what was active.</param>
internal sealed class StartModel(IGrainFactory grains, IModelUploads uploads, ModelFolder? folder) : IHostedService
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var registry = grains.GetGrain<IModelRegistryGrain>(0);
        if (folder is not null)
        {
            await PublishAsync(registry, folder, cancellationToken);
            return;
        }

        var list = await registry.ListAsync(cancellationToken);
        if (list.Models.Any(model => model.Version == list.Active && model.State != ModelState.Active))
        {
            await ExplainAsync(registry, list.Active!, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PublishAsync(IModelRegistryGrain registry, ModelFolder from, CancellationToken cancellationToken)
    {
        await using var upload = await uploads.BeginUploadAsync(cancellationToken);
        foreach (var file in from.Files)
        {
            await using var content = from.Open(file);
            await upload.WriteAsync(ModelFolder.PartOf(file), content, cancellationToken);
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
            throw new CommandException($"--model {from.Name}: {e.Part}: {string.Join("; ", e.Problems)}", e);
        }
        catch (CanaryRunningException e)
        {
            throw new CommandException($"--model {from.Name}: {e.Message}", e);
        }
    }

    // A grid without its model still takes events and another model, so it serves; with too little memory it would
    // never do what it was started for.
    private static async Task ExplainAsync(IModelRegistryGrain registry, string active, CancellationToken cancellationToken)
    {
        try
        {
            await registry.ActivateAsync(active, cancellationToken);
        }
        catch (ModelRejectedException e) when (e.Part == "kv-memory")
        {
            throw new CommandException($"--kv-memory: the active model {active} does not fit: {e.Message}", e);
        }
        catch (ModelRejectedException)
        {
            // The registry has logged it.
        }
    }
}
