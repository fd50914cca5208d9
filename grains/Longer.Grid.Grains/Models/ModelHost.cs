using Longer.Grid.Model;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>The models of one silo: loads them from the model store onto its device and says which one serves whom.</summary>
/// <remarks>
/// No more than two are loaded that serve: the active one, and beside it the canary or one that leaves. After a change a user is served by the
/// version that computed its state until the one that is to serve it has computed another, in the background; who has none by that one at once.
/// </remarks>
internal sealed partial class ModelHost(
    InferenceDevice device, IModelStore store, ModelVersionCheck versionCheck, Retention retention, UserReencoding reencoding, ModelTallies tallies, ServedScores served,
    ILogger<ModelHost> log) : IAsyncDisposable
{
    /// <summary>Guards what serves.</summary>
    private readonly Lock _lock = new();

    /// <summary>Loads and changes of what serves take turns.</summary>
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ServedModel? _active;
    private ServedModel? _canary;
    private ServedModel? _leaving;
    private int _percent;
    private LongerEngine? _pending;
    private volatile string? _loading;
    private Task _retiring = Task.CompletedTask;
    private CancellationTokenSource _overtaken = new();
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

    /// <summary>The version that scores a part of the users; <see langword="null"/> without one.</summary>
    public CanaryShare? Canary
    {
        get
        {
            lock (_lock)
            {
                return _canary is { } canary ? new(canary.Engine.Version, _percent) : null;
            }
        }
    }

    /// <summary>The version that is being loaded, or is and does not serve yet; <see langword="null"/> without one.</summary>
    public string? Pending => _loading;

    /// <summary>Whether users are encoded anew for a change of who is to serve them.</summary>
    public bool IsSettling => reencoding.Progress is not null;

    /// <summary>Shapes of the models that serve: what any of them reads of a user stays in memory.</summary>
    public IReadOnlyList<LongerConfig> Configs
    {
        get
        {
            lock (_lock)
            {
                return [.. new[] { _active, _canary, _leaving }.OfType<ServedModel>().Select(model => model.Engine.Config)];
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
        ServedModel?[] last;
        lock (_lock)
        {
            last = [_active, _canary];
            (_active, _canary) = (null, null);
        }

        await UnloadPendingAsync_NeedsTurn();
        await Task.WhenAll(last.OfType<ServedModel>().Select(model => model.RetireAsync()));
        await _overtaken.CancelAsync();
        await _retiring;
        _overtaken.Dispose();
        _turn.Dispose();
    }

    /// <summary>The engine that serves a user, kept loaded until the lease is disposed; <see langword="null"/> before one is activated.</summary>
    /// <param name="user">The user's place; <see langword="null"/> for the engine that is to serve the user whatever is there.</param>
    /// <param name="userId">The user.</param>
    internal EngineLease? Lease(UserKv? user, string userId)
    {
        lock (_lock)
        {
            var due = Due_NeedsLock(userId);
            var holder = Array.Find([_leaving, _canary, _active], model => model is not null && user?.IsOf(model.Engine) == true);
            return (holder ?? due)?.Lease(isInterim: holder is not null && holder != due);
        }
    }

    /// <summary>Whether a user has a state that the version which is to serve the user has not computed.</summary>
    internal bool IsStray(UserKv user, string userId)
    {
        lock (_lock)
        {
            return user.IsResident && Due_NeedsLock(userId) is { } due && !user.IsOf(due.Engine);
        }
    }

    private ServedModel? Due_NeedsLock(string userId) =>
        _canary is { } canary && CanaryUsers.Includes(userId, canary.Engine.Version, _percent) ? canary : _active;

    private bool IsServing(string version)
    {
        lock (_lock)
        {
            return _active?.Engine.Version == version || _canary?.Engine.Version == version || _leaving?.Engine.Version == version;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Version} serves now")]
    private partial void LogActive(string version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Version} serves {Percent} % of the users now")]
    private partial void LogCanary(string version, int percent);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Version} serves no part of the users any more")]
    private partial void LogCanaryEnded(string version);
}
