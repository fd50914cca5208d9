using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary>Publishes what was trained. A decision to do so is committed before anything of it is done, and whoever finds it there does the rest.</summary>
internal sealed class TrainedVersions(IGridModels models, TrainedWeights weights)
{
    /// <summary>Does what a state says is to be published.</summary>
    /// <returns>Why it does not serve, for good or, where the state still says so, for now; <see langword="null"/> where it does, or there was nothing to do.</returns>
    public async Task<string?> FinishAsync(CommittedState line, CancellationToken stop)
    {
        if (line.State.Publication is not { } publication)
        {
            return null;
        }

        try
        {
            var model = await weights.ModelOfAsync(line.State.Checkpoint!);
            if (model.Version != publication.Version)
            {
                throw new InvalidDataException($"The checkpoint makes version {model.Version}; the state says {publication.Version}.");
            }

            await models.PublishAsync(model, publication.MetricsJson, stop);
        }
        catch (Exception e) when (e is ModelRejectedException or InvalidDataException)
        {
            // What it counts is counted by the next one.
            await line.CommitAsync(line.State with { Publication = null, SinceParent = publication.Counts.Plus(line.State.SinceParent) });
            return $"refused: {e.Message}";
        }

        return await ActivateAsync(line, publication.Version, stop);
    }

    /// <summary>Has a listed version serve, which counts what it counts whatever becomes of it, in the place of the one that it comes from.</summary>
    private async Task<string?> ActivateAsync(CommittedState line, string version, CancellationToken stop)
    {
        try
        {
            await models.ActivateAsync(version, line.State.Parent!, stop);
            await line.CommitAsync(line.State with { Publication = null, Parent = version });
            return null;
        }
        catch (ModelRejectedException e)
        {
            await line.CommitAsync(line.State with { Publication = null });
            return $"listed, and not made active: {e.Message}";
        }
        catch (CanaryRunningException e)
        {
            return $"waiting: {e.Message}";
        }
    }
}
