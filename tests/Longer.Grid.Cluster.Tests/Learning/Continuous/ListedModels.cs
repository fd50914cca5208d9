using System.Text.Json;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Silo;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A registry in memory: versions in the order of their listing, each with its metrics.</summary>
internal sealed class ListedModels : IGridModels
{
    private readonly Dictionary<string, ModelPackage> _packages = new(StringComparer.Ordinal);

    /// <summary>Versions with their metrics; without, those that were there from the beginning.</summary>
    public List<(string Version, JsonElement? Metrics)> Listed { get; } = [];

    public string? Active { get; private set; }

    public TrainingPeriodReport? Told { get; private set; }

    /// <summary>What it says to the next publication.</summary>
    public ModelRejectedException? Refuses { get; set; }

    /// <summary>What it says to the next activation.</summary>
    public ModelRejectedException? CannotLoad { get; set; }

    /// <summary>What it says to activations, for as long as it is there.</summary>
    public CanaryRunningException? Canary { get; set; }

    /// <summary>Has a model serve that training did not make.</summary>
    public string Push(LongerConfig config, ModelWeights weights)
    {
        var model = ModelPackage.Of(config, weights);
        Active = model.Version;
        _packages[Active] = model;
        Listed.Add((Active, null));
        return Active;
    }

    /// <summary>Has a listed version serve again.</summary>
    public void RollBackTo(string version) => Active = version;

    public ModelPackage this[string version] => _packages[version];

    public Task<string?> ActiveAsync(CancellationToken cancellationToken) => Task.FromResult(Active);

    public Task<ModelPackage> ReadAsync(string version, CancellationToken cancellationToken) => Task.FromResult(_packages[version]);

    public Task PublishAsync(ModelPackage model, string metricsJson, CancellationToken cancellationToken)
    {
        if (Refuses is { } refusal)
        {
            Refuses = null;
            throw refusal;
        }

        if (_packages.TryAdd(model.Version, model))
        {
            using var metrics = JsonDocument.Parse(metricsJson);
            Listed.Add((model.Version, metrics.RootElement.Clone()));
        }

        return Task.CompletedTask;
    }

    public Task ActivateAsync(string version, string before, CancellationToken cancellationToken)
    {
        if (CannotLoad is { } problem)
        {
            CannotLoad = null;
            throw problem;
        }

        if (Active != before && Active != version)
        {
            throw new ModelRejectedException("before", ["another"], $"{Active} is active.");
        }

        if (Canary is { } canary)
        {
            throw canary;
        }

        Active = version;
        return Task.CompletedTask;
    }

    public Task TellAsync(TrainingPeriodReport period, CancellationToken cancellationToken)
    {
        Told = period;
        return Task.CompletedTask;
    }
}
