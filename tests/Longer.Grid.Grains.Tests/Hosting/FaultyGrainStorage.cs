using Orleans.Storage;

namespace Longer.Grid.Grains.Tests;

/// <summary>The real storage of the grids' own grains, whose saves can be held up or made to fail before they are done.</summary>
public sealed class FaultyGrainStorage(IGrainStorage storage) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private int _writing;
    private int _writes;

    /// <summary>While set, saves wait for it.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>Completes when a save has come to <see cref="Hold"/>.</summary>
    public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool FailBefore { get; set; }

    /// <summary>Saves ever begun.</summary>
    public int Writes => _writes;

    /// <summary>Whether two saves were ever under way at once.</summary>
    public bool Overlapped { get; private set; }

    public void Participate(ISiloLifecycle observer) => ((ILifecycleParticipant<ISiloLifecycle>)storage).Participate(observer);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Interlocked.Increment(ref _writes);
        Overlapped |= Interlocked.Increment(ref _writing) > 1;
        try
        {
            if (Hold is { } hold)
            {
                Held.TrySetResult();
                await hold.Task;
            }

            if (FailBefore)
            {
                throw new IOException("made to fail");
            }

            await storage.WriteStateAsync(stateName, grainId, grainState);
        }
        finally
        {
            Interlocked.Decrement(ref _writing);
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ClearStateAsync(stateName, grainId, grainState);
}
