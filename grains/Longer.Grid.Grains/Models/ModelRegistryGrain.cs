using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="IModelRegistryGrain"/>
[ServingPlacement]
internal sealed partial class ModelRegistryGrain(
    [PersistentState(ModelRegistryGrain.StateName, LongerServing.Storage)] IPersistentState<RegistryState> state,
    ModelHost host,
    ModelRollout rollout,
    IModelStore store,
    ServingOptions options,
    TimeProvider time,
    ILogger<ModelRegistryGrain> log) : Grain, IModelRegistryGrain, IDisposable
{
    /// <summary>Under what name the state is stored.</summary>
    internal const string StateName = "models";

    /// <summary>How long an activation is waited for before its caller is told that it goes on; well below Orleans' own time-out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Version, int Percent), Task> _flips = [];
    private readonly SemaphoreSlim _saving = new(1, 1);

    /// <summary>Flips whose callers were told to ask again, and what became of those that failed meanwhile.</summary>
    private readonly Dictionary<(string Version, int Percent), ModelRejectedException?> _untold = [];
    private Task _lastFlip = Task.CompletedTask;
    private CancellationTokenSource _givenUp = new();
    private StoreUnavailableException? _unsaved;

    /// <inheritdoc/>
    public void Dispose()
    {
        _saving.Dispose();
        _givenUp.Dispose();
    }

    /// <inheritdoc/>
    public Task<ModelList> ListAsync(CancellationToken cancellationToken) => Task.FromResult(new ModelList(
        state.State.Active,
        state.State.Previous,
        [.. state.State.Models.AsEnumerable().Reverse().Select(m => new ModelInfo(m.Version, m.CreatedAtMs, StateOf(m.Version), m.MetricsJson, m.Parent, m.RolledBack))],
        state.State.Flip,
        state.State.Share,
        state.State.Training));

    /// <inheritdoc/>
    public Task TrainedAsync(TrainingPeriodReport period, CancellationToken cancellationToken)
    {
        var before = state.State.Training;
        return SaveAsync(() => state.State.Training = period, () => state.State.Training = before);
    }

    /// <inheritdoc/>
    public async Task<PublishResult> PublishAsync(string uploadId, CancellationToken cancellationToken)
    {
        var (metrics, parent) = await UploadedMetrics.ReadAsync(store, uploadId, cancellationToken);
        var version = await host.CheckAsync(uploadId, cancellationToken);
        await store.CommitAsync(uploadId, version, cancellationToken);
        if (Find(version) is not null)
        {
            if (state.State.Plan is { } plan && (version == plan.Active || version == plan.Canary?.Version))
            {
                // Its files were damaged perhaps: now they are whole.
                await rollout.ServeAsync(plan);
            }

            return new(version, Created: false);
        }

        var listed = new ListedModel { Version = version, CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(), MetricsJson = metrics, Parent = parent };
        await SaveAsync(() => state.State.Models.Add(listed), () => state.State.Models.Remove(listed));
        return new(version, Created: true);
    }

    /// <inheritdoc/>
    public Task<ModelState> ActivateAsync(string version, CancellationToken cancellationToken) => FlipAsync(version, Everybody, cancellationToken);

    /// <inheritdoc/>
    public Task<ModelState> SucceedAsync(string version, string before, CancellationToken cancellationToken)
    {
        if (CanaryThere is { } canary)
        {
            throw new CanaryRunningException(canary, $"Model {canary} serves a part of the users, or is about to.");
        }

        var decided = Find(version)?.RolledBack is { } why ? $"it was rolled back: {why.Reason}"
            : _flips.Keys.FirstOrDefault(flip => flip.Version != version).Version is { } other ? $"model {other} is on its way"
            : state.State.Active != before && state.State.Active != version ? $"model {state.State.Active} is active"
            : null;
        return decided is null
            ? FlipAsync(version, Everybody, cancellationToken)
            : throw new ModelRejectedException("before", [decided], $"Model {version} does not take the place of {before}: {decided}.");
    }

    /// <inheritdoc/>
    public async Task<RolledBack> RollBackAsync(CancellationToken cancellationToken)
    {
        if (CanaryThere is { } canary)
        {
            GiveUpWaiting();
            return await TakeBackAsync(canary, why: null, cancellationToken);
        }

        var version = state.State.Previous ?? throw new UnknownModelException("", "No version was active before the active one.");
        GiveUpWaiting();
        return new(version, await FlipAsync(version, Everybody, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<RolloutReport>> RolloutsAsync(CancellationToken cancellationToken)
    {
        var (done, of) = await rollout.ReencodingAsync(cancellationToken);
        var under = rollout.Current;
        var served = state.State.Plan;
        return
        [
            .. served?.Canary is { } canary ? [new RolloutReport(canary.Version, of > 0 ? RolloutPhase.Reencoding : RolloutPhase.Canary, done, of, canary.Percent)] : Array.Empty<RolloutReport>(),
            .. served is { Canary: null } && of > 0 ? [new RolloutReport(served.Active, RolloutPhase.Reencoding, done, of)] : Array.Empty<RolloutReport>(),
            .. _flips.Keys.Select(flip => flip.Version).Distinct().Where(version => version != served?.Canary?.Version)
                .Select(version => under?.Version == version ? under : new RolloutReport(version, RolloutPhase.Waiting, 0, 0)),
        ];
    }

    /// <summary>Makes a version serve so many users of a hundred, and waits for it as long as a caller may.</summary>
    private async Task<ModelState> FlipAsync(string version, int percent, CancellationToken cancellationToken)
    {
        if (Find(version) is null)
        {
            throw new UnknownModelException(version, $"No model {version} is listed.");
        }

        if (StateOf(version) == ModelState.Active || (StateOf(version) == ModelState.Canary && state.State.CanaryPercent == percent && _lastFlip.IsCompleted))
        {
            return StateOf(version);
        }

        if (!_flips.TryGetValue((version, percent), out var flip))
        {
            RefuseBesideCanary(version);
            if (_untold.Remove((version, percent), out var refused) && refused is not null)
            {
                throw new ModelRejectedException(refused.Part, refused.Problems, refused.Message, refused) { Accepted = refused.Accepted };
            }

            _lastFlip = flip = FlipAfterAsync(_lastFlip, version, percent, _givenUp.Token);
            if (!flip.IsCompleted)
            {
                _flips.Add((version, percent), flip);
            }
        }

        try
        {
            await flip.WaitAsync(Patience, time, cancellationToken);
            return version == state.State.Canary ? ModelState.Canary : ModelState.Active;
        }
        catch (TimeoutException) when (!flip.IsCompleted)
        {
            _untold[(version, percent)] = null;
            return ModelState.Loading;
        }
    }

    /// <summary>Who goes back is in a hurry: pushes that are not through do not come first.</summary>
    private void GiveUpWaiting()
    {
        _givenUp.Cancel();
        _givenUp.Dispose();
        _givenUp = new CancellationTokenSource();
    }

    /// <summary>Flips when the flip before has ended: at most two versions are loaded at once.</summary>
    private async Task FlipAfterAsync(Task before, string version, int percent, CancellationToken givenUp)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            ThrowIfUnsaved();
            await FlipNowAsync(version, percent, givenUp);
            _untold.Remove((version, percent));
        }
        catch (OperationCanceledException e) when (givenUp.IsCancellationRequested)
        {
            throw new ModelRejectedException("rollback", ["it came before the version was active"], $"A rollback came before {version} was active.", e);
        }
        catch (ModelRejectedException e) when (_untold.ContainsKey((version, percent)))
        {
            // Whoever asks again is told, and the next one after that tries again.
            _untold[(version, percent)] = e;
            throw;
        }
        finally
        {
            _flips.Remove((version, percent));
        }
    }

    /// <summary>Loads, saves, and only then serves: what is said to serve after a restart is what served before it.</summary>
    /// <param name="version">The version.</param>
    /// <param name="percent">How many users of a hundred it is to serve.</param>
    /// <param name="givenUp">Ends it before it has been saved.</param>
    /// <param name="why">Why the guard lets it take the active one's place; <see langword="null"/> where somebody asked for it.</param>
    private async Task FlipNowAsync(string version, int percent, CancellationToken givenUp, GuardedRollback? why = null)
    {
        if (StateOf(version) == ModelState.Active)
        {
            return;
        }

        // The load outlives its caller: it goes on when that has gone. The canary is loaded.
        await rollout.LoadAsync(version, givenUp);
        givenUp.ThrowIfCancellationRequested();
        if (percent < Everybody && version != state.State.Active)
        {
            if (state.State.Share != new CanaryShare(version, percent))
            {
                await DecideAsync(version, served => (served.Canary, served.CanaryPercent, served.WatchedUntilMs) = (version, percent, 0));
            }
        }
        else if (state.State.Active != version)
        {
            var watchUntilMs = why is null ? WatchUntilMs(version) : 0;
            await DecideAsync(
                why is null ? version : state.State.Active!,
                served => (served.Active, served.Previous, served.Canary, served.CanaryPercent, served.WatchedUntilMs) = (version, served.Active, null, 0, watchUntilMs),
                why);
        }

        await rollout.ServeAsync(state.State.Plan!);
    }

    private ListedModel? Find(string version) => state.State.Models.Find(m => m.Version == version);

    private ModelState StateOf(string version) =>
        version == state.State.Active && version == host.ActiveVersion ? ModelState.Active
        : version == state.State.Canary && version == host.Canary?.Version ? ModelState.Canary
        : _flips.Keys.Any(flip => flip.Version == version) ? ModelState.Loading
        : ModelState.Published;

    /// <summary>Changes the state and saves it, or takes the change back and says so.</summary>
    /// <remarks>
    /// One after another: a flip goes on when its caller has gone, so it may come to save while a publication does, and of two saves at once
    /// the storage refuses one. After one that failed there is no other: what the store has is not known, and the next activation reads it.
    /// </remarks>
    private async Task SaveAsync(Action change, Action undo)
    {
        await _saving.WaitAsync();
        try
        {
            ThrowIfUnsaved();
            change();
            await state.WriteStateAsync();
        }
        catch (Exception e) when (_unsaved is null)
        {
            undo();
            DeactivateOnIdle();
            throw _unsaved = new StoreUnavailableException($"The registry cannot be saved: {e.Message}", e);
        }
        finally
        {
            _saving.Release();
        }
    }

    private void ThrowIfUnsaved()
    {
        if (_unsaved is { } failed)
        {
            throw new StoreUnavailableException("The registry could not be saved before; it is read anew. The same call may be sent again.", failed);
        }
    }
}
