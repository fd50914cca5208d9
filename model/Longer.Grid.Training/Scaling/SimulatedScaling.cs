namespace Longer.Grid.Training;

/// <summary>Simulated users to study scaling on, where what tells is spread over a long history (<see cref="InterestSimulator"/>).</summary>
/// <remarks>
/// A plainer world than that of <see cref="LengthStudy"/>, so that some twenty models can be fitted: fewer users, clusters and items, one interest each.
/// Bursts are long and rare and go on almost to the end, so that a longer window shows more users' interests. Sizes, passes and rate were chosen in the
/// worlds of other seeds.
/// </remarks>
public static class SimulatedScaling
{
    /// <summary>The world.</summary>
    public static InterestSimulation World { get; } = new()
    {
        Users = 200,
        QuietEvents = 200,
        TellingShare = 0.25,
        BurstEvents = 200,
        Clusters = 3,
        InterestsPerUser = 1,
        OldItemsPerCluster = 3,
        NewItemsPerCluster = 2,
        LabelNoise = 0.02,
        Seed = 12,
    };

    /// <summary>How its rows are fitted.</summary>
    public static ScalingOptions Options { get; } = new()
    {
        Fit = new() { Epochs = 4, RequestsPerStep = 8, LearningRate = 5e-3 },
        Shape = LengthStudy.Shape with { RecentGroups = new ModelShape().RecentGroups },
    };
}
