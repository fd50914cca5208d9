using System.Text.Json;
using Longer.Grid.Model;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="IModelRegistryGrain"/>
internal sealed partial class ModelRegistryGrain(
    [PersistentState("models", LongerServing.Storage)] IPersistentState<RegistryState> state,
    ModelHost host,
    IModelStore store,
    TimeProvider time,
    ILogger<ModelRegistryGrain> log) : Grain, IModelRegistryGrain
{
    private const int LongestMetrics = 1 << 20;

    /// <summary>How long an activation is waited for before its caller is told that it goes on; well below Orleans' own time-out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private (string Version, Task Done)? _loading;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (state.State.Active is { } active)
        {
            try
            {
                await host.ActivateAsync(active, cancellationToken);
            }
            catch (ModelRejectedException e)
            {
                // Events are taken all the same, and another model can be activated.
                LogNotLoaded(e, active);
            }
        }
    }

    /// <inheritdoc/>
    public Task<ModelList> ListAsync(CancellationToken cancellationToken) => Task.FromResult(new ModelList(
        state.State.Active,
        state.State.Previous,
        [.. state.State.Models.AsEnumerable().Reverse().Select(m => new ModelInfo(m.Version, m.CreatedAtMs, StateOf(m.Version), m.MetricsJson, Parent: null))]));

    /// <inheritdoc/>
    public async Task<PublishResult> PublishAsync(string uploadId, CancellationToken cancellationToken)
    {
        var metrics = await ReadMetricsAsync(uploadId, cancellationToken);
        var version = await host.CheckAsync(uploadId, cancellationToken);
        await store.CommitAsync(uploadId, version, cancellationToken);
        if (Find(version) is not null)
        {
            return new(version, Created: false);
        }

        state.State.Models.Add(new ListedModel { Version = version, CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(), MetricsJson = metrics });
        await SaveAsync(() => state.State.Models.RemoveAll(m => m.Version == version));
        return new(version, Created: true);
    }

    /// <inheritdoc/>
    public async Task<ModelState> ActivateAsync(string version, CancellationToken cancellationToken)
    {
        if (Find(version) is null)
        {
            throw new UnknownModelException(version, $"No model {version} is listed.");
        }

        if (StateOf(version) == ModelState.Active)
        {
            return ModelState.Active;
        }

        // One after another: at most two versions are loaded at once.
        if (_loading is { } under && under.Version != version)
        {
            await under.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        var loading = _loading is { Done.IsCompleted: false } same ? same.Done : FlipAsync(version);
        _loading = (version, loading);
        try
        {
            await loading.WaitAsync(Patience, time, cancellationToken);
            return ModelState.Active;
        }
        catch (TimeoutException)
        {
            return ModelState.Loading;
        }
    }

    private async Task FlipAsync(string version)
    {
        // The load outlives its caller: it goes on when that has gone.
        await host.ActivateAsync(version, CancellationToken.None);
        var before = (state.State.Active, state.State.Previous, state.State.Flip);
        if (state.State.Active != version)
        {
            (state.State.Active, state.State.Previous, state.State.Flip) = (version, state.State.Active, state.State.Flip + 1);
            await SaveAsync(() => (state.State.Active, state.State.Previous, state.State.Flip) = before);
        }
    }

    private ListedModel? Find(string version) => state.State.Models.Find(m => m.Version == version);

    private ModelState StateOf(string version) =>
        version == state.State.Active && version == host.ActiveVersion ? ModelState.Active
        : _loading is { Done.IsCompleted: false } loading && loading.Version == version ? ModelState.Loading
        : ModelState.Published;

    private async Task<string?> ReadMetricsAsync(string uploadId, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenUploadAsync(uploadId, ModelPart.Metrics, cancellationToken);
        if (stream is null)
        {
            return null;
        }

        if (stream.Length > LongestMetrics)
        {
            throw Rejected($"it has {stream.Length} bytes; accepted are {LongestMetrics}");
        }

        try
        {
            using var json = await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = 32 }, cancellationToken);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? JsonSerializer.Serialize(json.RootElement)
                : throw Rejected("it is not a JSON object");
        }
        catch (JsonException e)
        {
            throw Rejected($"it is not valid JSON: {e.Message}");
        }

        static ModelRejectedException Rejected(string problem) =>
            new(ModelPackage.MetricsFileName, [problem], $"{ModelPackage.MetricsFileName}: {problem}");
    }

    /// <summary>Saves the state, or takes the change back and says so.</summary>
    private async Task SaveAsync(Action undo)
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e)
        {
            undo();
            throw new StoreUnavailableException($"The registry cannot be saved: {e.Message}", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The active model {Version} cannot be loaded; scores are refused until another one is activated")]
    private partial void LogNotLoaded(Exception e, string version);
}
