namespace Longer.Grid.Grains;

/// <summary>The version that serves a part of the users beside the active one.</summary>
internal sealed partial class ModelRegistryGrain
{
    private const int Everybody = 100;

    /// <summary>The version that is the canary or is on its way to be one; <see langword="null"/> without one.</summary>
    private string? CanaryThere => state.State.Canary ?? _flips.Keys.FirstOrDefault(flip => flip.Percent < Everybody).Version;

    /// <inheritdoc/>
    public Task<ModelState> StartCanaryAsync(string version, int percent, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(percent, Everybody);
        return state.State.Active is not null
            ? FlipAsync(version, percent, cancellationToken)
            : throw new ModelRejectedException("?percent", ["no version is active that would serve the other users"], $"Nobody would serve {Everybody - percent} % of the users.")
            {
                Accepted = $"{Everybody}, until a version is active",
            };
    }

    /// <exception cref="CanaryRunningException">Another version is the canary, or is about to be.</exception>
    private void RefuseBesideCanary(string version)
    {
        if (CanaryThere is { } canary && canary != version)
        {
            throw new CanaryRunningException(
                canary, $"Model {canary} serves a part of the users, or is about to, and no more than two versions are loaded. Activate it for all of them, or roll it back, first.");
        }
    }

    /// <summary>Lets a version serve no longer that is the canary, or was made active just then, and waits for it as long as a caller may.</summary>
    private async Task<RolledBack> TakeBackAsync(string version, GuardedRollback? why, CancellationToken cancellationToken)
    {
        var end = _lastFlip = TakeBackAfterAsync(_lastFlip, version, why);
        try
        {
            await end.WaitAsync(Patience, time, cancellationToken);
            return new(state.State.Active!, ModelState.Active);
        }
        catch (TimeoutException) when (!end.IsCompleted)
        {
            return new(state.State.Active!, ModelState.Loading);
        }
    }

    private async Task TakeBackAfterAsync(Task before, string version, GuardedRollback? why)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        ThrowIfUnsaved();
        if (state.State.Canary == version)
        {
            await DecideAsync(version, served => (served.Canary, served.CanaryPercent) = (null, 0), why);
            await rollout.ServeAsync(state.State.Plan!);
        }
        else if (state.State.Active == version && state.State.Previous is { } previous)
        {
            await FlipNowAsync(previous, Everybody, CancellationToken.None, why);
        }

        if (why is not null)
        {
            // A score that has to compute a state first is better than one by a version that is known to be bad.
            await rollout.DropAsync(version);
        }
    }

    /// <summary>Changes which versions serve whom, and saves it under the next number.</summary>
    /// <param name="version">The version that it is about.</param>
    /// <param name="change">Changes them.</param>
    /// <param name="why">Why the guard takes the version back; <see langword="null"/> forgets that it ever did.</param>
    private Task DecideAsync(string version, Action<RegistryState> change, GuardedRollback? why = null)
    {
        var served = state.State;
        var listed = Find(version)!;
        var before = (served.Active, served.Previous, served.Canary, served.CanaryPercent, served.WatchedUntilMs, served.Flip, listed.RolledBack);
        return SaveAsync(
            () =>
            {
                change(served);
                served.Flip++;
                listed.RolledBack = why;
            },
            () => (served.Active, served.Previous, served.Canary, served.CanaryPercent, served.WatchedUntilMs, served.Flip, listed.RolledBack) = before);
    }
}
