namespace Longer.Grid.Model;

/// <summary>Counts the calls under way, so that what they use can be closed when the last one has ended.</summary>
internal sealed class OpenCalls
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private bool _closing;

    /// <summary>Begins a call; disposing the result ends it.</summary>
    /// <exception cref="ObjectDisposedException">No more calls are taken.</exception>
    public Call Enter(object owner)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing, owner);
            _open++;
        }

        return new Call(this);
    }

    /// <summary>Takes no more calls.</summary>
    /// <returns>Ends with the last call that is under way.</returns>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _closing = true;
            if (_open == 0)
            {
                _ended.TrySetResult();
            }
        }

        return _ended.Task;
    }

    private void Exit()
    {
        lock (_lock)
        {
            if (--_open == 0 && _closing)
            {
                _ended.TrySetResult();
            }
        }
    }

    /// <summary>One call under way.</summary>
    public readonly struct Call(OpenCalls calls) : IDisposable
    {
        public void Dispose() => calls.Exit();
    }
}
