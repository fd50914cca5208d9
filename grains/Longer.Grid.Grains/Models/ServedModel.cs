using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>A loaded model that calls use; retired, it is unloaded once the last of them has ended.</summary>
internal sealed class ServedModel(LongerEngine engine)
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users = 1; // The host itself, until it is retired.

    public LongerEngine Engine => engine;

    /// <summary>Keeps it loaded. Not after <see cref="RetireAsync"/>: the caller sees to that.</summary>
    public EngineLease Lease(bool isInterim)
    {
        Interlocked.Increment(ref _users);
        return new EngineLease(engine, isInterim, Release);
    }

    public async Task RetireAsync()
    {
        Release();
        await _idle.Task;
        await engine.DisposeAsync();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _idle.SetResult();
        }
    }
}
