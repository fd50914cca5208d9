using Longer.Grid.Model;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>The models of one silo: loads them from the model store onto its device and says which one serves whom.</summary>
/// <remarks>
/// After a change two serve for a while: a user is served by the version that computed its state until the new one has computed another, in the
/// background; who has none by the new one at once.
/// </remarks>
internal sealed partial class ModelHost(
    InferenceDevice device, IModelStore store, ModelVersionCheck versionCheck, Retention retention, UserReencoding reencoding, ILogger<ModelHost> log) : IAsyncDisposable
{
    /// <summary>Guards what serves.</summary>
    private readonly Lock _lock = new();

    /// <summary>Loads and changes of what serves take turns.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ServedModel? _active;
    private ServedModel? _leaving;
    private LongerEngine? _pending;
    private Task _retiring = Task.CompletedTask;
    private CancellationTokenSource _keepsLeaving = new();
    private long _flip = -1;
    private string _whyNone = "No model has been activated, so nothing can be scored.";

    /// <summary>The version that scores; <see langword="null"/> before one is activated.</summary>
    public string? ActiveVersion
    {
        get
        {
            lock (_lock)
            {
                return _active?.Engine.Version;
            }
        }
    }

    /// <summary>Shapes of the models that serve: what any of them reads of a user stays in memory.</summary>
    public IReadOnlyList<LongerConfig> Configs
    {
        get
        {
            lock (_lock)
            {
                return [.. new[] { _active, _leaving }.OfType<ServedModel>().Select(model => model.Engine.Config)];
            }
        }
    }

    /// <summary>The registry's number of the change that this silo has followed last; -1 before the first.</summary>
    public long Flip
    {
        get
        {
            lock (_lock)
            {
                return _flip;
            }
        }
    }

    /// <summary>What is said to those who want a score while <see cref="ActiveVersion"/> is <see langword="null"/>.</summary>
    internal string WhyNone
    {
        get
        {
            lock (_lock)
            {
                return _whyNone;
            }
        }
    }

    /// <summary>Loads a version beside the one that serves; nothing is scored with it yet. One that was loaded before and never served goes.</summary>
    /// <exception cref="ModelRejectedException">Its files are broken, the K/V memory is too small for it, or the store keeps fewer events than it reads.</exception>
    public async Task LoadAsync(string version, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!IsServing(version))
            {
                await LoadAsync_NeedsTurn(version, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs a loaded version once, so that its first requests take no longer than others.</summary>
    public async Task WarmUpAsync(string version, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_pending is { } pending && pending.Version == version)
            {
                await pending.WarmUpAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Lets a version serve, loading it where it is not loaded. The one before goes when the users whose states it computed have others; if it is
    /// asked for again until then, it serves at once.
    /// </summary>
    /// <param name="version">The version.</param>
    /// <param name="flip">The registry's number for this change; after a later one nothing is done.</param>
    /// <param name="cancellationToken">Abandons the call while it loads.</param>
    /// <exception cref="ModelRejectedException">As for <see cref="LoadAsync"/>.</exception>
    public async Task ServeAsync(string version, long flip, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (flip < Flip)
            {
                return;
            }

            if (ActiveVersion == version)
            {
                lock (_lock)
                {
                    _flip = flip;
                }

                return;
            }

            if (!await TakeBackAsync_NeedsTurn(version, flip))
            {
                await LoadAsync_NeedsTurn(version, cancellationToken);
                lock (_lock)
                {
                    (_leaving, _active, _pending, _flip) = (_active, new ServedModel(_pending!), null, flip);
                }

                LeaveSoon_NeedsTurn();
            }

            LogActive(version);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Unloads a version that was loaded and shall not serve.</summary>
    public async Task UnloadAsync(string version)
    {
        await _turn.WaitAsync();
        try
        {
            if (_pending?.Version == version)
            {
                await UnloadPendingAsync_NeedsTurn();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Says why the model that should serve does not.</summary>
    internal void CannotServe(string version, long flip, string problem)
    {
        lock (_lock)
        {
            _flip = Math.Max(_flip, flip);
            _whyNone = $"The active model {version} cannot be loaded: {problem} Publish its files again, or activate another one.";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        ServedModel? last;
        lock (_lock)
        {
            (last, _active) = (_active, null);
        }

        await UnloadPendingAsync_NeedsTurn();
        await (last?.RetireAsync() ?? Task.CompletedTask);
        await _keepsLeaving.CancelAsync();
        await _retiring;
        _keepsLeaving.Dispose();
        _turn.Dispose();
    }

    /// <summary>The engine that serves a user, kept loaded until the lease is disposed; <see langword="null"/> before one is activated.</summary>
    /// <param name="user">The user's place; <see langword="null"/> for the engine that will serve all.</param>
    internal EngineLease? Lease(UserKv? user)
    {
        lock (_lock)
        {
            return (_leaving is { } leaving && user?.IsOf(leaving.Engine) == true ? leaving : _active)?.Lease();
        }
    }

    private bool IsServing(string version)
    {
        lock (_lock)
        {
            return _active?.Engine.Version == version || _leaving?.Engine.Version == version;
        }
    }

    /// <summary>Lets the version serve again that is about to leave.</summary>
    private async Task<bool> TakeBackAsync_NeedsTurn(string version, long flip)
    {
        lock (_lock)
        {
            if (_leaving?.Engine.Version != version)
            {
                return false;
            }

            (_active, _leaving, _flip) = (_leaving, _active, flip);
        }

        await _keepsLeaving.CancelAsync();
        LeaveSoon_NeedsTurn();
        return true;
    }

    private void LeaveSoon_NeedsTurn()
    {
        _keepsLeaving.Dispose();
        _keepsLeaving = new CancellationTokenSource();
        _retiring = _leaving is { } leaving ? Task.WhenAll(_retiring, LeaveAsync(leaving, _keepsLeaving.Token)) : _retiring;
    }

    private async Task LeaveAsync(ServedModel model, CancellationToken takenBack)
    {
        await reencoding.RunAsync(model.Engine, takenBack);
        lock (_lock)
        {
            if (_leaving != model)
            {
                return;
            }

            // Who still has a state of it has none from now on.
            _leaving = null;
        }

        await model.RetireAsync();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Version} serves now")]
    private partial void LogActive(string version);
}
