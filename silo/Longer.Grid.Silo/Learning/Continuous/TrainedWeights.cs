using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>The weights that are trained: those of a checkpoint, kept in memory from one period to the next.</summary>
internal sealed class TrainedWeights(ITrainingStore store, IGridModels models, TrainingOptions fit, TimeProvider time) : IDisposable
{
    private OnlineTrainer? _trainer;

    /// <summary>The checkpoint that they are; <see langword="null"/> where they are further, or there are none.</summary>
    private string? _checkpoint;

    /// <summary>Who trains them, after <see cref="ResumeAsync"/>. What is trained is further than any checkpoint until it is kept.</summary>
    public OnlineTrainer Trainer => _trainer ?? throw new InvalidOperationException("There are no weights.");

    /// <summary>Goes on with the weights that a state names, or, where another version serves than they come from, with that one's.</summary>
    /// <returns>Whether it begins anew from the active version.</returns>
    /// <exception cref="ModelFormatException">The active version is damaged.</exception>
    public async Task<bool> ResumeAsync(TrainingState state, string active, CancellationToken stop)
    {
        if (state.Parent == active && state.Checkpoint is { } checkpoint)
        {
            try
            {
                await LoadAsync(checkpoint);
                return false;
            }
            catch (InvalidDataException)
            {
                // What is active is whole, and the cursor stands.
            }
        }

        Drop();
        var package = await models.ReadAsync(active, stop);
        _trainer = OnlineTrainer.From(package.Config, package.Weights, fit, time);
        return true;
    }

    /// <summary>Writes a checkpoint of them, which counts once a committed state names it.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> KeepAsync()
    {
        var checkpoint = Guid.NewGuid().ToString("N");
        await store.WriteCheckpointAsync(checkpoint, Trainer.Write);
        return _checkpoint = checkpoint;
    }

    /// <summary>The model that they are now.</summary>
    public Task<ModelPackage> ModelAsync() => BackgroundThread.RunAsync(() => ModelPackage.Of(Trainer.Config, Trainer.Module.ToWeights()));

    /// <summary>The model of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public async Task<ModelPackage> ModelOfAsync(string checkpoint)
    {
        await LoadAsync(checkpoint);
        return await ModelAsync();
    }

    /// <summary>Forgets them: perhaps they are further than what is committed.</summary>
    public void Drop()
    {
        _trainer?.Dispose();
        (_trainer, _checkpoint) = (null, null);
    }

    /// <inheritdoc/>
    public void Dispose() => Drop();

    private async Task LoadAsync(string checkpoint)
    {
        if (_trainer is null || _checkpoint != checkpoint)
        {
            Drop();
            _trainer = await BackgroundThread.RunAsync(() =>
            {
                using var stream = store.OpenCheckpoint(checkpoint);
                return OnlineTrainer.Read(stream, fit, time);
            });
            _checkpoint = checkpoint;
        }
    }
}
