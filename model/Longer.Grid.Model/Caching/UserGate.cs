namespace Longer.Grid.Model;

/// <summary>
/// Lets any number of calls read one user's rings, or one change them. Waiting holds no thread; who came first goes first.
/// </summary>
internal sealed class UserGate
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(bool Write, TaskCompletionSource Granted)> _waiting = new();
    private int _readers;
    private bool _writing;

    public Task EnterReadAsync(CancellationToken cancellationToken) => EnterAsync(write: false, cancellationToken);

    public Task EnterWriteAsync(CancellationToken cancellationToken) => EnterAsync(write: true, cancellationToken);

    public void ExitRead()
    {
        lock (_lock)
        {
            _readers--;
            Grant();
        }
    }

    public void ExitWrite()
    {
        lock (_lock)
        {
            _writing = false;
            Grant();
        }
    }

    private async Task EnterAsync(bool write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<(bool Write, TaskCompletionSource Granted)> place;
        lock (_lock)
        {
            place = _waiting.AddLast((write, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
            Grant();
        }

        var granted = place.Value.Granted;
        if (granted.Task.IsCompleted)
        {
            return;
        }

        await using var registration = cancellationToken.UnsafeRegister(
            _ =>
            {
                lock (_lock)
                {
                    // Granted in the meantime: then the caller enters after all, and leaves as usual.
                    if (granted.TrySetCanceled(cancellationToken))
                    {
                        _waiting.Remove(place);
                        Grant();
                    }
                }
            },
            null);
        await granted.Task.ConfigureAwait(false);
    }

    private void Grant()
    {
        while (_waiting.First is { } first && !_writing && !(first.Value.Write && _readers > 0))
        {
            _waiting.RemoveFirst();
            _writing = first.Value.Write;
            _readers += first.Value.Write ? 0 : 1;
            first.Value.Granted.SetResult();
        }
    }
}
