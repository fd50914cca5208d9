using Longer.Grid.Model;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>The models of one silo: loads them from the model store onto its device and says which one serves.</summary>
public sealed partial class ModelHost(InferenceDevice device, IModelStore store, ILogger<ModelHost> log) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Loaded? _active;
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

    /// <summary>Shape of the active model; <see langword="null"/> before one is activated.</summary>
    public LongerConfig? ActiveConfig
    {
        get
        {
            lock (_lock)
            {
                return _active?.Engine.Config;
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

    /// <summary>Reads an upload as a silo would load it.</summary>
    /// <returns>The version that its files name.</returns>
    /// <exception cref="ModelRejectedException">A file is missing or breaks the contract.</exception>
    public async Task<string> CheckAsync(string uploadId, CancellationToken cancellationToken) =>
        (await ReadAsync(part => store.OpenUploadAsync(uploadId, part, cancellationToken), cancellationToken)).Version;

    /// <summary>Loads a version beside the one that serves; nothing is scored with it yet.</summary>
    /// <returns>What lets it serve.</returns>
    /// <exception cref="ModelRejectedException">Its files are broken, or the K/V memory is too small for it.</exception>
    internal async Task<LoadedModel> LoadAsync(string version, CancellationToken cancellationToken)
    {
        var package = await ReadAsync(part => store.OpenAsync(version, part, cancellationToken), cancellationToken);
        if (package.Version != version)
        {
            throw new ModelRejectedException(SafetensorsFile.FileName, [$"the files of version {version} have changed: they are version {package.Version} now"], $"Model {version} is damaged in the model store.");
        }

        try
        {
            var engine = await Task.Run(() => new LongerEngine(device, package), cancellationToken);
            return new LoadedModel(engine, () => ServeAsync(engine));
        }
        catch (KvBudgetException e)
        {
            throw new ModelRejectedException("kv-memory", [e.Message], e.Message, e);
        }
    }

    /// <summary>Says why the model that should serve does not.</summary>
    internal void CannotServe(string version, string problem)
    {
        lock (_lock)
        {
            _whyNone = $"The active model {version} cannot be loaded: {problem} Publish its files again, or activate another one.";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Loaded? last;
        lock (_lock)
        {
            (last, _active) = (_active, null);
        }

        if (last is not null)
        {
            await last.RetireAsync();
        }
    }

    /// <summary>The engine that serves, kept loaded until the lease is disposed; <see langword="null"/> before one is activated.</summary>
    internal EngineLease? Lease()
    {
        lock (_lock)
        {
            return _active?.Lease();
        }
    }

    /// <summary>Lets a loaded model serve; the other one goes when its last call has ended.</summary>
    private async Task ServeAsync(LongerEngine engine)
    {
        Loaded? before;
        lock (_lock)
        {
            before = _active;
            _active = new Loaded(engine);
        }

        LogActive(engine.Version);
        if (before is not null)
        {
            await before.RetireAsync();
        }
    }

    private static Task<ModelPackage> ReadAsync(Func<ModelPart, Task<Stream?>> open, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                await using var config = await open(ModelPart.Config) ?? throw Missing(LongerConfigJson.FileName);
                await using var weights = await open(ModelPart.Weights) ?? throw Missing(SafetensorsFile.FileName);
                using var json = new MemoryStream();
                await config.CopyToAsync(json, cancellationToken);
                return ModelPackage.Load(json.ToArray(), weights);
            }
            catch (ModelFormatException e)
            {
                throw new ModelRejectedException(e.File, [.. e.Problems], e.Message, e);
            }
        },
        cancellationToken);

    private static ModelFormatException Missing(string file) => new(file, ["it is missing"]);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Version} serves now")]
    private partial void LogActive(string version);

    private sealed class Loaded(LongerEngine engine)
    {
        private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _users = 1; // The host itself, until it is retired.

        public LongerEngine Engine => engine;

        public EngineLease Lease()
        {
            Interlocked.Increment(ref _users);
            return new EngineLease(engine, Release);
        }

        public async Task RetireAsync()
        {
            Release();
            await _idle.Task;
            await engine.DisposeAsync();
        }

        private void Release()
        {
            if (Interlocked.Decrement(ref _users) == 0)
            {
                _idle.SetResult();
            }
        }
    }
}
