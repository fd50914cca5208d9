using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Cluster.Tests;

/// <summary>A model whose prefill of a full history takes long, and whose score of a short one does not.</summary>
internal static class SlowModel
{
    /// <summary>A full history.</summary>
    public const int Events = 2_000;

    /// <summary>Writes its two files.</summary>
    public static void Write(string folder)
    {
        // Every event is a group of its own, and every group attends to all before it in each layer.
        var config = new LongerConfig
        {
            MaxEvents = Events,
            EventDim = 64,
            GroupSize = 1,
            InnerLayers = 0,
            InnerHeads = 1,
            Heads = 4,
            SelfLayers = 2,
            RecentGroups = Events,
            ClsTokens = 0,
            Item = new FeatureTable("item", 50, 8),
            UserRows = 10,
            Sides = [],
            Profile = [],
            Actions = ["play"],
            ActionDim = 4,
            GapDim = 4,
            CrossDim = 4,
            Tasks = ["like"],
        };
        ModelPackage.Save(folder, config, RandomModels.Weights(new Random(5), config));
    }
}
