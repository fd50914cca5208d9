using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.Silo;

/// <summary>The grid's models as training needs them.</summary>
internal interface IGridModels
{
    /// <summary>The version that serves; <see langword="null"/> before one does.</summary>
    Task<string?> ActiveAsync(CancellationToken cancellationToken);

    /// <summary>Reads a version.</summary>
    /// <exception cref="ModelFormatException">Its files are damaged, or there are none.</exception>
    Task<ModelPackage> ReadAsync(string version, CancellationToken cancellationToken);

    /// <summary>Lists a model. The same one again changes nothing.</summary>
    /// <exception cref="ModelRejectedException">The grid does not take it.</exception>
    Task PublishAsync(ModelPackage model, string metricsJson, CancellationToken cancellationToken);

    /// <summary>Has a version serve in the place of another, and waits until it does.</summary>
    /// <exception cref="ModelRejectedException">A silo cannot load it, or somebody has decided otherwise meanwhile.</exception>
    /// <exception cref="CanaryRunningException">A canary runs: for now.</exception>
    Task ActivateAsync(string version, string before, CancellationToken cancellationToken);

    /// <summary>Tells what a period did to those who list models.</summary>
    Task TellAsync(TrainingPeriodReport period, CancellationToken cancellationToken);
}
