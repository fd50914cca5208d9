namespace Longer.Grid.Grains;

/// <summary>Which of the models serve whom, as the registry says.</summary>
internal sealed partial class ModelHost
{
    /// <summary>
    /// Lets versions serve, loading each where it is not loaded. One that serves no longer goes when the users whose states it computed have others;
    /// if it is asked for again until then, it serves at once.
    /// </summary>
    /// <param name="plan">Which; after a later one nothing is done.</param>
    /// <param name="cancellationToken">Abandons the call while it loads.</param>
    /// <exception cref="ModelRejectedException">As for <see cref="LoadAsync"/>. Without its canary, the active version serves all.</exception>
    public async Task ServeAsync(ServingPlan plan, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (plan.Flip < Flip)
            {
                return;
            }

            await EndCanaryAsync_NeedsTurn(plan);
            await ActivateAsync_NeedsTurn(plan, cancellationToken);
            try
            {
                await StartCanaryAsync_NeedsTurn(plan.Canary, cancellationToken);
            }
            catch (ModelRejectedException)
            {
                // It would be refused again and again, until something else is decided.
                Follows(plan);
                throw;
            }

            Follows(plan);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Unloads a version that leaves without waiting until its users have other states: they have none then. Of any other version nothing is done.</summary>
    public async Task DropAsync(string version)
    {
        await _turn.WaitAsync();
        try
        {
            ServedModel dropped;
            lock (_lock)
            {
                if (_leaving is not { } leaving || leaving.Engine.Version != version)
                {
                    return;
                }

                (dropped, _leaving) = (leaving, null);
            }

            await _overtaken.CancelAsync();
            _retiring = Task.WhenAll(_retiring, dropped.RetireAsync());
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Follows(ServingPlan plan)
    {
        lock (_lock)
        {
            _flip = plan.Flip;
        }

        tallies.Begin(plan.Flip);
        served.Watch(isCanaryThere: plan.Canary is not null);
    }

    /// <summary>Lets the canary leave, unless it serves on in some way.</summary>
    private async Task EndCanaryAsync_NeedsTurn(ServingPlan plan)
    {
        if (Canary is not { } canary || canary.Version == plan.Canary?.Version || canary.Version == plan.Active)
        {
            return;
        }

        lock (_lock)
        {
            (_leaving, _canary, _percent) = (_canary, null, 0);
        }

        await SettleAsync_NeedsTurn();
        LogCanaryEnded(canary.Version);
    }

    private async Task ActivateAsync_NeedsTurn(ServingPlan plan, CancellationToken cancellationToken)
    {
        if (ActiveVersion == plan.Active)
        {
            return;
        }

        if (!TryPromote_NeedsTurn(plan.Active))
        {
            await LoadAsync_NeedsTurn(plan.Active, cancellationToken);
            lock (_lock)
            {
                (_leaving, _active) = (_active, TakePending_NeedsTurn());
            }
        }

        await SettleAsync_NeedsTurn();
        LogActive(plan.Active);
    }

    /// <summary>Lets the canary serve all, or the version serve again that is about to leave.</summary>
    private bool TryPromote_NeedsTurn(string version)
    {
        lock (_lock)
        {
            if (_canary?.Engine.Version == version)
            {
                (_active, _leaving, _canary, _percent) = (_canary, _active, null, 0);
                return true;
            }

            if (_leaving?.Engine.Version == version)
            {
                (_active, _leaving) = (_leaving, _active);
                return true;
            }

            return false;
        }
    }

    private async Task StartCanaryAsync_NeedsTurn(CanaryShare? share, CancellationToken cancellationToken)
    {
        if (share is null || Canary == share)
        {
            return;
        }

        if (!IsServing(share.Version))
        {
            await LoadAsync_NeedsTurn(share.Version, cancellationToken);
        }

        lock (_lock)
        {
            if (_canary is null)
            {
                // The one that leaves may be it.
                (_canary, _leaving) = _leaving?.Engine.Version == share.Version ? (_leaving, null) : (TakePending_NeedsTurn(), _leaving);
            }

            _percent = share.Percent;
        }

        await SettleAsync_NeedsTurn();
        LogCanary(share.Version, share.Percent);
    }

    private ServedModel TakePending_NeedsTurn()
    {
        var model = new ServedModel(_pending!);
        (_pending, _loading) = (null, null);
        return model;
    }

    /// <summary>
    /// Has users who have states of another version than the one that is to serve them encoded anew, and unloads the version that leaves once they are. What
    /// was begun of it before ends.
    /// </summary>
    private async Task SettleAsync_NeedsTurn()
    {
        await _overtaken.CancelAsync();
        _overtaken.Dispose();
        _overtaken = new CancellationTokenSource();
        _retiring = Task.WhenAll(_retiring, SettleAsync(_leaving, _overtaken.Token));
    }

    private async Task SettleAsync(ServedModel? leaving, CancellationToken overtaken)
    {
        if ((leaving?.Engine.Version ?? ActiveVersion) is { } from)
        {
            await reencoding.RunAsync(from, IsStray, overtaken);
        }

        lock (_lock)
        {
            if (leaving is null || _leaving != leaving)
            {
                return;
            }

            // Who still has a state of it has none from now on.
            _leaving = null;
        }

        await leaving.RetireAsync();
    }
}
