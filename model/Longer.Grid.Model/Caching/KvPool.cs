namespace Longer.Grid.Model;

/// <summary>
/// Accounts for the K/V memory of a device: how much is in use, by whom, and who goes when there is no room. It holds no floats.
/// </summary>
/// <remarks>
/// A leased user stays. Memory is reserved in one step by callers that hold none, so that waiting for it cannot lock up (DESIGN.md
/// section 4). All states of the device count, whatever their model version.
/// </remarks>
public sealed class KvPool
{
    // Memory comes free when a call ends, and calls take some milliseconds.
    private static readonly TimeSpan RetryWhenFull = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly LinkedList<UserKv> _byRecency = new(); // The least recently used first; only users with a state.
    private readonly LinkedList<(long Bytes, TaskCompletionSource Granted)> _waiting = new();

    private readonly int _waitLimit;
    private long _uses;

    internal KvPool(long budgetBytes, int waitLimit) => (BudgetBytes, _waitLimit) = (budgetBytes, waitLimit);

    /// <summary>Bytes that may be in use.</summary>
    public long BudgetBytes { get; }

    /// <summary>Bytes in use or reserved; never above the budget.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    }

    /// <summary>Users with a state on the device.</summary>
    public int Residents
    {
        get
        {
            lock (_lock)
            {
                return _byRecency.Count;
            }
        }
    }

    /// <summary>States that had to go for others since the start.</summary>
    public long Evictions
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    }

    /// <summary>States that moved into a larger size class since the start.</summary>
    public long Growths
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    }

    /// <summary>States that gave way to one of another model version since the start.</summary>
    public long VersionChanges
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    }

    internal UserKv CreateUser() => new(this);

    /// <summary>Keeps a user's state where it is until <see cref="Release"/>, and counts as a use.</summary>
    internal KvState? Lease(UserKv user)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(user.IsDisposed, user);
            user.Leases++;
            user.LastUse = ++_uses;
            if (user.Recency is { } place)
            {
                _byRecency.Remove(place);
                _byRecency.AddLast(place);
            }

            return user.State;
        }
    }

    internal void Release(UserKv user)
    {
        lock (_lock)
        {
            if (--user.Leases == 0 && user.IsDisposed)
            {
                Drop_NeedsLock(user);
            }

            Grant_NeedsLock();
        }
    }

    /// <summary>Gives a user a state, whose bytes have been reserved, and leases it in the same step.</summary>
    /// <exception cref="ObjectDisposedException">The user has gone; the state is disposed and its bytes are returned.</exception>
    internal void AttachLeased(UserKv user, KvState state)
    {
        lock (_lock)
        {
            if (user.IsDisposed)
            {
                UsedBytes -= state.Bytes;
                state.Dispose();
                Grant_NeedsLock();
                ObjectDisposedException.ThrowIf(true, user);
            }

            user.Leases++;
            user.State = state;
            user.Recency = _byRecency.AddLast(user);
        }
    }

    /// <summary>Puts a user's new place where its old one was, and empties the old one: what is computed in the background is no use.</summary>
    internal void Replace(UserKv old, UserKv with)
    {
        lock (_lock)
        {
            with.LastUse = old.LastUse;
            if (old.Recency is { } before && with.Recency is { } place)
            {
                _byRecency.Remove(place);
                _byRecency.AddBefore(before, place);
            }
        }

        Forget(old);
    }

    /// <summary>Drops the state of a user whose gate the caller holds for writing, leased or not.</summary>
    internal void Drop(UserKv user)
    {
        lock (_lock)
        {
            Drop_NeedsLock(user);
            Grant_NeedsLock();
        }
    }

    /// <summary>The same to make room for a state that an engine will compute.</summary>
    internal void DropFor(LongerEngine engine, UserKv user)
    {
        lock (_lock)
        {
            VersionChanges += user.State is { } state && state.Engine != engine ? 1 : 0;
            Drop_NeedsLock(user);
            Grant_NeedsLock();
        }
    }

    /// <summary>Drops the states that are not leased and meet a condition.</summary>
    internal void DropWhere(Predicate<KvState> isGone)
    {
        lock (_lock)
        {
            for (var place = _byRecency.First; place is not null;)
            {
                var next = place.Next;
                if (place.Value.Leases == 0 && isGone(place.Value.State!))
                {
                    Drop_NeedsLock(place.Value);
                }

                place = next;
            }

            Grant_NeedsLock();
        }
    }

    /// <summary>Empties a user's place for good, now or when the last lease ends.</summary>
    internal void Forget(UserKv user)
    {
        lock (_lock)
        {
            user.IsDisposed = true;
            if (user.Leases == 0)
            {
                Drop_NeedsLock(user);
                Grant_NeedsLock();
            }
        }
    }

    /// <summary>Reserves memory if there is room now, evicting who is not leased.</summary>
    internal bool TryReserve(long bytes)
    {
        lock (_lock)
        {
            return _waiting.Count == 0 && TryReserve_NeedsLock(bytes);
        }
    }

    /// <summary>Reserves memory, waiting in turn while everything is leased. The caller holds no lease.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first; nothing is reserved.</exception>
    /// <exception cref="DeviceOverloadedException">As many wait as may.</exception>
    internal async Task ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        LinkedListNode<(long Bytes, TaskCompletionSource Granted)> place;
        lock (_lock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_waiting.Count == 0 && TryReserve_NeedsLock(bytes))
            {
                return;
            }

            if (_waiting.Count >= _waitLimit)
            {
                throw new DeviceOverloadedException($"All K/V memory is in use, and {_waitLimit} calls wait for some.", RetryWhenFull);
            }

            place = _waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        var granted = place.Value.Granted;
        await using var registration = cancellationToken.UnsafeRegister(
            _ =>
            {
                lock (_lock)
                {
                    if (granted.TrySetCanceled(cancellationToken))
                    {
                        _waiting.Remove(place);
                        Grant_NeedsLock();
                    }
                }
            },
            null);
        await granted.Task.ConfigureAwait(false);
    }

    /// <summary>Gives the bytes back that a state has left for larger rings, whose bytes had been reserved.</summary>
    internal void ReturnGrown(long bytes)
    {
        lock (_lock)
        {
            Growths++;
            UsedBytes -= bytes;
            Grant_NeedsLock();
        }
    }

    /// <summary>Gives reserved bytes back.</summary>
    internal void Return(long bytes)
    {
        lock (_lock)
        {
            UsedBytes -= bytes;
            Grant_NeedsLock();
        }
    }

    private bool TryReserve_NeedsLock(long bytes)
    {
        // Whoever would have to go, before anyone does: a state that went for a reservation that fails all the same went for nothing.
        var going = new List<UserKv>();
        var missing = UsedBytes + bytes - BudgetBytes;
        for (var place = _byRecency.First; missing > 0 && place is not null; place = place.Next)
        {
            if (place.Value.Leases == 0)
            {
                going.Add(place.Value);
                missing -= place.Value.State!.Bytes;
            }
        }

        if (missing > 0)
        {
            return false;
        }

        going.ForEach(Drop_NeedsLock);
        Evictions += going.Count;
        UsedBytes += bytes;
        return true;
    }

    private void Drop_NeedsLock(UserKv user)
    {
        if (user.State is { } state)
        {
            user.State = null;
            _byRecency.Remove(user.Recency!);
            user.Recency = null;
            UsedBytes -= state.Bytes;
            state.Dispose();
        }
    }

    private void Grant_NeedsLock()
    {
        while (_waiting.First is { } first && TryReserve_NeedsLock(first.Value.Bytes))
        {
            _waiting.RemoveFirst();
            first.Value.Granted.SetResult();
        }
    }
}
