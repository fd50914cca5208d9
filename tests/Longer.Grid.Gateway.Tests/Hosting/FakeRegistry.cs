using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway.Tests;

/// <summary>Lists what is published; a config that is not an object is refused, <c>wait</c> in it never becomes active.</summary>
public sealed class FakeRegistry(FakeGrid grid) : IModelRegistryGrain
{
    private readonly List<ModelInfo> _models = [];
    private string? _active;
    private string? _previous;
    private CanaryShare? _canary;
    private TrainingPeriodReport? _training;

    public async Task<ModelList> ListAsync(CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("list", cancellationToken);
        return new(_active, _previous, [.. _models], Canary: _canary, Training: _training);
    }

    public Task<ModelState> SucceedAsync(string version, string before, CancellationToken cancellationToken) => ActivateAsync(version, cancellationToken);

    public Task TrainedAsync(TrainingPeriodReport period, CancellationToken cancellationToken)
    {
        _training = period;
        return Task.CompletedTask;
    }

    public async Task<PublishResult> PublishAsync(string uploadId, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("publish", cancellationToken);
        var files = grid.Store.Uploads[uploadId];
        if (Encoding.UTF8.GetString(files[ModelPart.Config]) is not ['{', ..])
        {
            throw new ModelRejectedException("config.json", ["max_events is 0; accepted: 1 and more", "tasks is empty"], "The config breaks the contract.");
        }

        var version = Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData(files[ModelPart.Config]), .. SHA256.HashData(files[ModelPart.Weights])]));
        if (_models.Any(m => m.Version == version))
        {
            return new(version, Created: false);
        }

        grid.Change();
        var metrics = files.TryGetValue(ModelPart.Metrics, out var json) ? Encoding.UTF8.GetString(json) : null;
        _models.Insert(0, new(version, 1_700_000_000_000, ModelState.Published, metrics, null));
        return new(version, Created: true);
    }

    public async Task<ModelState> ActivateAsync(string version, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("activate", cancellationToken);
        if (_models.All(m => m.Version != version))
        {
            throw new UnknownModelException(version, $"No version {version} is listed.");
        }

        grid.Change();
        (_previous, _active, _canary) = (_active, version, null);
        return ModelState.Active;
    }

    public async Task<ModelState> StartCanaryAsync(string version, int percent, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("canary", cancellationToken);
        if (_canary is { } other && other.Version != version)
        {
            throw new CanaryRunningException(other.Version, $"Model {other.Version} serves a part of the users.");
        }

        grid.Change();
        _canary = new(version, percent);
        _models[_models.FindIndex(m => m.Version == version)] = new(version, 1_700_000_000_000, ModelState.Canary, null, null, new("error rate 1 against 0", 1_700_000_100_000));
        return ModelState.Canary;
    }

    public async Task<RolledBack> RollBackAsync(CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("rollback", cancellationToken);
        if (_canary is not null)
        {
            grid.Change();
            _canary = null;
            return new(_active!, ModelState.Active);
        }

        return _previous is { } version ? new(version, await ActivateAsync(version, cancellationToken)) : throw new UnknownModelException("", "No version was active before.");
    }

    public async Task<ImmutableArray<RolloutReport>> RolloutsAsync(CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("rollouts", cancellationToken);
        return _previous is null ? [] : [new(_active!, RolloutPhase.Reencoding, 5, 8), new(_previous, RolloutPhase.Loading, 2, 3)];
    }
}
