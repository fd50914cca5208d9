namespace Longer.Grid.Model;

/// <summary>
/// One model version on one device. It brings a user's K/V state up to the committed events and scores candidates against it; each score
/// equals the full forward pass of MODEL.md.
/// </summary>
public sealed partial class LongerEngine : IAsyncDisposable
{
    /// <summary>
    /// An append costs about as much as a prefill does for this many groups: 0.35 ms against 13 ms for 2,500 groups, measured on a CPU at
    /// the default sizes (docs/performance.md); fewer than that ratio says, since a prefill takes memory that others have to leave.
    /// </summary>
    private const int GroupsPerRun = 50;

    /// <summary>And for each group that it appends it costs as much more as so many: 0.09 ms. A prefill has no keys to read again.</summary>
    private const int GroupsPerAppend = 8;

    /// <summary>So few groups are always appended: a short prefill has a cost of its own.</summary>
    private const int FewAppends = 4;

    private readonly InferenceDevice _device;
    private readonly ModelSessions _sessions;
    private readonly KvLayerShape[] _shapes;
    private readonly OpenCalls _calls = new();

    /// <summary>Loads a model onto a device.</summary>
    /// <exception cref="KvBudgetException">The device's K/V budget is below (workers + 1) states of the largest size.</exception>
    public LongerEngine(InferenceDevice device, ModelPackage model)
    {
        _device = device;
        Config = model.Config;
        Version = model.Version;
        _shapes = KvLayerShape.Of(model.Config, device.Options.KvStorage);
        var needed = (device.Options.Workers + 1) * KvLayerShape.StateBytes(_shapes, model.Config.VisibleGroups);
        if (device.Options.KvBudgetBytes < needed)
        {
            throw new KvBudgetException(device.Options.KvBudgetBytes, needed);
        }

        _sessions = new ModelSessions(device.Provider, model.Config, model.Weights, device.Options.KvStorage);
    }

    /// <summary>The model's shape.</summary>
    public LongerConfig Config { get; }

    /// <summary>The model's version.</summary>
    public string Version { get; }

    /// <summary>In what type its states are kept, which sets how near a score is to the full forward pass.</summary>
    public KvStorage Storage => _device.Options.KvStorage;

    /// <summary>A place for a user's state, empty at first.</summary>
    public UserKv CreateUser() => _device.Pool.CreateUser();

    /// <summary>Scores candidates against all events of the input, or of a later input that the state knows already.</summary>
    /// <param name="user">The user's place.</param>
    /// <param name="input">The committed events and the profile.</param>
    /// <param name="candidates">At least one.</param>
    /// <param name="atMs">The request's time in Unix milliseconds; it sets durations only.</param>
    /// <param name="deadline">When the caller will have gone.</param>
    /// <param name="cancellationToken">Abandons the call while it waits.</param>
    /// <exception cref="ArgumentException">There is no candidate, or the user's place is on another device.</exception>
    /// <exception cref="DeviceOverloadedException">The queue is full, or the deadline passed or would pass.</exception>
    /// <exception cref="ObjectDisposedException">The engine or the user's place has been disposed.</exception>
    public async Task<EngineScores> ScoreAsync(
        UserKv user, UserInput input, IReadOnlyList<CandidateFeatures> candidates, long atMs, Deadline deadline, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(candidates.Count, nameof(candidates));
        CheckOwner(user);
        using var call = _calls.Enter(this);
        using var wait = new DeadlineToken(_device.Time, deadline, cancellationToken);
        try
        {
            while (true)
            {
                if (await ReadAsync(user, input, Score, deadline, wait.Token).ConfigureAwait(false) is { } read)
                {
                    return read;
                }

                // No answer means that another call brought the state up meanwhile: back to reading it, beside all others that waited.
                if (await UpdateAsync(user, input, onlyIfResident: false, Score, deadline, wait.Token).ConfigureAwait(false) is { } updated)
                {
                    return updated;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimePassed();
        }

        EngineScores Score(KvState state, bool warm, long started)
        {
            var logits = _sessions.Score(state, candidates, atMs);
            return new(logits, state.Encoded!.History.NextOrdinal, warm, _device.Time.GetElapsedTime(started));
        }
    }

    /// <summary>Brings a resident state up to the input, so that the next score need not; without a state it does nothing.</summary>
    /// <exception cref="DeviceOverloadedException">The queue is full, or the deadline passed or would pass.</exception>
    /// <exception cref="ObjectDisposedException">The engine or the user's place has been disposed.</exception>
    public async Task RefreshAsync(UserKv user, UserInput input, Deadline deadline, CancellationToken cancellationToken)
    {
        CheckOwner(user);
        using var call = _calls.Enter(this);
        using var wait = new DeadlineToken(_device.Time, deadline, cancellationToken);
        try
        {
            await UpdateAsync<object>(user, input, onlyIfResident: true, then: null, deadline, wait.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimePassed();
        }
    }

    /// <summary>Unloads the model once its last call has ended, and drops the states that it made.</summary>
    public async ValueTask DisposeAsync()
    {
        await _calls.CloseAsync().ConfigureAwait(false);
        _device.Pool.DropWhere(state => state.Engine == this);
        _sessions.Dispose();
    }

    private DeviceOverloadedException TimePassed() => new(
        "The caller's time passed while it waited for a worker, for memory or for the user's state.",
        TimeSpan.FromTicks(Math.Max(_device.ExpectedWait.Ticks, TimeSpan.TicksPerMillisecond))) { IsLate = true };

    private void CheckOwner(UserKv user)
    {
        if (user.Pool != _device.Pool)
        {
            throw new ArgumentException("The user's place is on another device.", nameof(user));
        }
    }

    /// <summary>Runs a read on a worker if the state is current; <see langword="null"/> where it is not.</summary>
    private async Task<T?> ReadAsync<T>(
        UserKv user, UserInput input, Func<KvState, bool, long, T> read, Deadline deadline, CancellationToken cancellationToken)
        where T : class
    {
        await user.Gate.EnterReadAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var state = _device.Pool.Lease(user);
            try
            {
                return IsCurrent(state, input)
                    ? await _device.RunAsync(() => read(state!, true, _device.Time.GetTimestamp()), deadline, cancellationToken).ConfigureAwait(false)
                    : null;
            }
            finally
            {
                _device.Pool.Release(user);
            }
        }
        finally
        {
            user.Gate.ExitRead();
        }
    }

    /// <summary>
    /// Brings the state up to the input and then, under the same lease, reads it: between the two it could be evicted again, and under
    /// pressure would be, over and over.
    /// </summary>
    /// <param name="user">The user's place.</param>
    /// <param name="input">What the state shall know.</param>
    /// <param name="onlyIfResident">Whether nothing is done for a user without a state.</param>
    /// <param name="then">The read.</param>
    /// <param name="deadline">When the caller will have gone; <see langword="null"/> where there is none and the work is the background's.</param>
    /// <param name="cancellationToken">Abandons the call while it waits.</param>
    /// <returns>What <paramref name="then"/> gave; <see langword="null"/> where there was nothing to change.</returns>
    private async Task<T?> UpdateAsync<T>(
        UserKv user, UserInput input, bool onlyIfResident, Func<KvState, bool, long, T>? then, Deadline? deadline, CancellationToken cancellationToken)
        where T : class
    {
        await user.Gate.EnterWriteAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var state = _device.Pool.Lease(user);
            try
            {
                if ((state is null && onlyIfResident) || IsCurrent(state, input))
                {
                    return null;
                }

                if (state is not null && FirstToAppend(state, input) is { } from && TryReserveGrowth(state, input) is { } growth)
                {
                    return await ChangeAsync(user, state, () => CatchUp(state, input, from, growth), warm: true, growth).ConfigureAwait(false);
                }

                // A new state: whatever there was goes first, so that the caller waits for memory with none in its hands.
                _device.Pool.DropFor(this, user);
            }
            finally
            {
                _device.Pool.Release(user);
            }

            var made = await AllocateAsync(user, input, cancellationToken).ConfigureAwait(false);
            try
            {
                return await ChangeAsync(user, made, () => _sessions.Prefill(made, input), warm: false).ConfigureAwait(false);
            }
            finally
            {
                _device.Pool.Release(user);
            }
        }
        finally
        {
            user.Gate.ExitWrite();
        }

        async Task<T?> ChangeAsync(UserKv owner, KvState state, Action change, bool warm, long reserved = 0)
        {
            var (began, complete) = (false, state.Encoded is not null);
            try
            {
                return await (deadline is { } until ? _device.RunAsync(Run, until, cancellationToken) : _device.RunInBackgroundAsync(Run, cancellationToken)).ConfigureAwait(false);
            }
            catch
            {
                // A change that failed half-way leaves no state; one that never began leaves the older one.
                if (!began)
                {
                    _device.Pool.Return(reserved);
                }

                if (!complete)
                {
                    _device.Pool.Drop(owner);
                }

                throw;
            }

            T? Run()
            {
                var started = _device.Time.GetTimestamp();
                (began, complete) = (true, false);
                change();
                complete = true;
                return then?.Invoke(state, warm, started);
            }
        }
    }

    /// <summary>Memory for a whole state, leased to the user, who holds none.</summary>
    private async Task<KvState> AllocateAsync(UserKv user, UserInput input, CancellationToken cancellationToken)
    {
        var timeline = new Timeline(input.History, Config.GroupSize);
        var bytes = KvLayerShape.StateBytes(_shapes, timeline.Count);
        await _device.Pool.ReserveAsync(bytes, cancellationToken).ConfigureAwait(false);
        KvState state;
        try
        {
            state = new KvState(_device.Provider, _shapes, this, timeline);
        }
        catch
        {
            _device.Pool.Return(bytes);
            throw;
        }

        _device.Pool.AttachLeased(user, state);
        return state;
    }

    private bool IsCurrent(KvState? state, UserInput input) => state?.Encoded is { } encoded && state.Engine == this && encoded.Knows(input);

    /// <summary>The group to append from, or <see langword="null"/> where a prefill is needed or costs less.</summary>
    private long? FirstToAppend(KvState state, UserInput input)
    {
        if (state.Engine != this || state.Encoded is not { } encoded || encoded.History.Life != input.History.Life)
        {
            return null;
        }

        var (then, now) = (new Timeline(encoded.History, Config.GroupSize), new Timeline(input.History, Config.GroupSize));
        var grew = now.Newest > then.Newest;
        var from = then.Count > 0 && (then.IsPartial(then.Newest) || !grew) ? then.Newest : then.Newest + 1;

        var appends = now.Newest - from + 1;
        var runs = (appends + ModelSessions.MostGroups - 1) / ModelSessions.MostGroups;
        var paysOff = appends <= FewAppends || (runs * GroupsPerRun) + (appends * GroupsPerAppend) <= PrefillPlan.RowsOf(Config, now.Count)[0];

        // The first group's run reads the times of all groups that the ring then holds: the history must have them still.
        return now.Count > 0 && paysOff && state.Rings[0].OldestWith(from) >= now.First ? from : null;
    }

    /// <summary>Reserves what the rings need to take the newest group in; <see langword="null"/> where it cannot be had beside the old ones.</summary>
    private long? TryReserveGrowth(KvState state, UserInput input)
    {
        var bytes = state.GrowthBytes(new Timeline(input.History, Config.GroupSize).Newest);
        return bytes == 0 || _device.Pool.TryReserve(bytes) ? bytes : null;
    }

    private void CatchUp(KvState state, UserInput input, long from, long reserved)
    {
        var newest = new Timeline(input.History, Config.GroupSize).Newest;
        if (reserved > 0)
        {
            long left;
            try
            {
                left = state.Grow(newest);
            }
            catch
            {
                _device.Pool.Return(reserved);
                throw;
            }

            _device.Pool.ReturnGrown(left);
        }

        _sessions.Append(state, input, from);
    }
}
