using System.Collections.Immutable;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>The user grain's writes: one after another, fenced, and acknowledged only once they are committed.</summary>
internal sealed partial class UserGrain
{
    /// <inheritdoc/>
    public Task<AppendResult> AppendAsync(ImmutableArray<BehaviorEvent> events, CancellationToken cancellationToken) => WriteAsync(
        async life =>
        {
            ModelEvents.RefuseRepeatedNames(events);
            var kept = repeats.Drop(life.History.Snapshot(), events, await life.OlderAsync(store, events));
            if (kept.Count > 0)
            {
                var next = life.History.NextOrdinal + kept.Count;
                var first = FirstSegment(next);
                var segments = life.SegmentsWith(kept);
                await CommitAsync(store.WriteAsync(UserId, life.Epoch!.Value, life.History.NextOrdinal, next, replaces: false, segments, life.IsTrimmedTo(first) ? 0 : first));
                life.Append(kept, segments, EventsToKeep, first);
                RefreshSoon();
            }

            return new AppendResult(kept.Count, events.Length - kept.Count, life.History.NextOrdinal);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<AppendResult> ReplaceAsync(ImmutableArray<BehaviorEvent> events, CancellationToken cancellationToken) => WriteAsync(
        async life =>
        {
            ModelEvents.RefuseRepeatedNames(events);
            var kept = repeats.Drop(HistorySnapshot.Empty, events, older: []);
            var first = FirstSegment(kept.Count);
            var segments = UserLife.SegmentsOf(kept);
            await CommitAsync(store.WriteAsync(UserId, life.Epoch!.Value, life.History.NextOrdinal, kept.Count, replaces: true, segments, first));
            life.Replace(kept, segments, EventsToKeep, first);
            DropKv();
            ForgetUnread(life);
            return new AppendResult(kept.Count, events.Length - kept.Count, life.History.NextOrdinal);
        },
        cancellationToken,
        overwrites: true);

    /// <inheritdoc/>
    public Task SetProfileAsync(ImmutableArray<Feature> features, CancellationToken cancellationToken) => WriteAsync(
        async life =>
        {
            ModelEvents.RefuseRepeatedNames(features);
            await CommitAsync(store.SetProfileAsync(UserId, life.Epoch!.Value, life.History.NextOrdinal, SegmentCodec.WriteProfile(features)));
            life.SetProfile(features);
            RefreshSoon();
            ForgetUnread(life);
            return true;
        },
        cancellationToken,
        overwrites: true);

    /// <inheritdoc/>
    public Task ForgetAsync(CancellationToken cancellationToken) => WriteAsync(
        async life =>
        {
            await CommitAsync(store.ForgetAsync(UserId, life.Epoch!.Value, life.History.NextOrdinal, onlyIfEmpty: false));
            served.Forget(UserId);
            _life = Task.FromResult(UserLife.OfNothing(UserId));
            DropKv();
            return true;
        },
        cancellationToken,
        overwrites: true);

    /// <summary>Runs a write when it is its turn, as the one that owns the user.</summary>
    /// <param name="write">Gets the user as committed.</param>
    /// <param name="cancellationToken">Abandons the write while it waits for its turn, as <see cref="ServingOptions.WriteTimeout"/> does.</param>
    /// <param name="overwrites">Whether it needs nothing of what is stored: damage to that does not stop it then.</param>
    private async Task<T> WriteAsync<T>(Func<UserLife, Task<T>> write, CancellationToken cancellationToken, bool overwrites = false)
    {
        if (_writers >= options.WriterQueueLimit)
        {
            throw new OverloadedException(TimeSpan.FromSeconds(1), $"{_writers} writes of this user wait already; nothing was changed.");
        }

        _writers++;
        try
        {
            var life = await TakeTurnAsync(overwrites, cancellationToken);
            try
            {
                return await write(life);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            _writers--;
        }
    }

    /// <summary>Waits until it is a write's turn, and for the user, no longer than a write may. The turn is the caller's then.</summary>
    /// <exception cref="OverloadedException">The time passed.</exception>
    private async Task<UserLife> TakeTurnAsync(bool overwrites, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.WriteTimeout, time);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _turn.WaitAsync(gone.Token);
            var owning = OwnedLifeAsync(overwrites);
            try
            {
                var life = await owning.WaitAsync(gone.Token);

                // Whoever has gone, or was refused, while the store was slow does not expect anything to change any more.
                gone.Token.ThrowIfCancellationRequested();
                return life;
            }
            catch
            {
                // The reading goes on for those who come next, and they come after it: two at once would fence each other off.
                _ = ReleaseAfterAsync(owning);
                throw;
            }
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new OverloadedException(
                TimeSpan.FromSeconds(1), $"The write waited {options.WriteTimeout.TotalSeconds:0.###} s for its turn; nothing was changed.", e);
        }
    }

    private async Task ReleaseAfterAsync(Task reading)
    {
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _turn.Release();
    }

    /// <summary>The user, with an epoch to write under, and with no doubt about what is committed.</summary>
    private async Task<UserLife> OwnedLifeAsync(bool overwrites)
    {
        try
        {
            return await OwnedLifeAsync();
        }
        catch (UserUnreadableException) when (overwrites)
        {
            return UserLife.TakenOver(UserId, await OpenAsync());
        }
    }

    private async Task<UserLife> OwnedLifeAsync()
    {
        var life = await LifeAsync();
        if (_mustReload)
        {
            var head = await store.ReadHeadAsync(UserId);
            if (_epoch is { } epoch && head is not null && head.Epoch != epoch)
            {
                throw Fenced();
            }

            life = await ReloadAsync();
        }

        return life.Epoch is null ? await ReloadAsync() : life;
    }

    private async Task<UserLife> ReloadAsync(LongerConfig? wanted = null)
    {
        // Reads go on with what they have until the new one is there; a reading that fails has perhaps taken a new epoch all the same.
        _mustReload = true;
        var reloaded = await LoadAsync(wanted);
        _mustReload = false;
        _life = Task.FromResult(reloaded);
        DropKv();
        return reloaded;
    }

    /// <summary>Waits for a write of the store; memory is changed only after it.</summary>
    private async Task CommitAsync(Task<bool> write)
    {
        bool owned;
        try
        {
            owned = await write;
        }
        catch (OverloadedException)
        {
            throw;
        }
        catch
        {
            // Committed or not: the store is asked before the next write.
            _mustReload = true;
            throw;
        }

        if (!owned)
        {
            throw Fenced();
        }
    }

    private StaleWriterException Fenced()
    {
        DeactivateOnIdle();
        return new StaleWriterException("Another activation of this user has taken over; nothing was changed. The same call may be sent again.");
    }

    /// <summary>After a write over something that could not be read, the next call reads what there is now.</summary>
    private void ForgetUnread(UserLife life)
    {
        if (!life.IsRead)
        {
            _life = null;
        }
    }

    private void DropKv()
    {
        _kv?.Dispose();
        _kv = null;
    }

    /// <summary>Brings the K/V state up to the committed events behind the acknowledgement, so that the next score need not.</summary>
    private void RefreshSoon()
    {
        if (_kv is { IsResident: true } && _refresh is null or { IsCompleted: true })
        {
            _refresh = RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            // Once more if events were committed in the meantime.
            for (var refreshed = -1L; _kv is { } kv && _life is { IsCompletedSuccessfully: true } life && life.Result.History.NextOrdinal > refreshed;)
            {
                using var lease = models.Lease(kv, UserId);
                if (lease is null || !life.Result.Has(lease.Engine.Config))
                {
                    // The next score reads what is missing.
                    return;
                }

                var input = life.Result.Input;
                refreshed = input.History.NextOrdinal;
                await lease.Engine.RefreshAsync(kv, input, Deadline.After(time, options.ScoreTimeout), CancellationToken.None);
            }
        }
        catch (ObjectDisposedException)
        {
            // The user was replaced or forgotten meanwhile: there is nothing to refresh.
        }
#pragma warning disable CA1031 // Nobody awaits this: what goes wrong is told in the log, and the next score meets it again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotRefreshed(e);
        }
    }
}
