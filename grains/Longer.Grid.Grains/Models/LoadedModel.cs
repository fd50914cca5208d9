using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>A model on the device that does not serve yet. Disposed before it does, it is unloaded.</summary>
internal sealed class LoadedModel(LongerEngine engine, Func<Task> serve) : IAsyncDisposable
{
    private bool _serves;

    /// <summary>Lets it serve, and waits until the one before is unloaded.</summary>
    public Task ServeAsync()
    {
        _serves = true;
        return serve();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _serves ? ValueTask.CompletedTask : engine.DisposeAsync();
}
