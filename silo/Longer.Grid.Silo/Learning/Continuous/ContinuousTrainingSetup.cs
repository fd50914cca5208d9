using Longer.Grid.Grains;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.Silo;

/// <summary>Has a process keep learning.</summary>
internal static class ContinuousTrainingSetup
{
    /// <summary>Adds the periods and what they stand on. The model store, and where models come in, are there already.</summary>
    public static void AddContinuousTraining(this IServiceCollection services, GridDatabase database, ContinuousOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ITrainingStore>(_ => new TrainingStore(database));
        services.AddSingleton<IChangeFeed>(_ => new ChangeFeed(database));
        services.AddSingleton(_ => new HistoryReader(database));
        services.AddSingleton<OutcomeLabels>();
        services.AddSingleton<NewEvents>();
        services.AddSingleton<SampleBuilder>();
        services.AddSingleton<IGridModels, GridModels>();
        services.AddSingleton<LabelSlices>();
        services.AddSingleton(provider => new TrainedWeights(
            provider.GetRequiredService<ITrainingStore>(), provider.GetRequiredService<IGridModels>(), options.Fit, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TrainedVersions>();
        services.AddSingleton<PeriodFit>();
        services.AddSingleton<TrainingSilos>();
        services.AddSingleton<ContinuousTraining>();
        services.AddHostedService<TrainingService>();
    }
}
