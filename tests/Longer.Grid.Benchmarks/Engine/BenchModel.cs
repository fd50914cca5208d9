using Longer.Grid.Model;
using Longer.Grid.Silo;
using Longer.Grid.Training;

namespace Longer.Grid.Benchmarks;

/// <summary>The model that is measured: of the shape that <c>longer-grid plan</c> plans for, with random weights.</summary>
internal static class BenchModel
{
    /// <summary>The shape.</summary>
    /// <param name="maxEvents">L. Default 10,000.</param>
    public static LongerConfig Config(int maxEvents = 10_000) => PlanModel.Read(file: null) with { MaxEvents = maxEvents };

    /// <summary>Random weights for a shape.</summary>
    public static ModelWeights Weights(LongerConfig config, int seed = 1) => ModelInitializer.Random(config, seed);
}
