namespace Longer.Grid.Training;

/// <summary>What is different in a row of <see cref="ScalingStudy"/> from its base.</summary>
public enum ScalingSeries
{
    /// <summary>Nothing: the row that all others are measured beside.</summary>
    Base,

    /// <summary>Only the seed of the first weights and of the order of requests: how far apart two fits of one model are.</summary>
    Seed,

    /// <summary>L, the history window in events.</summary>
    Length,

    /// <summary>K, the events merged into one token, with InnerTrans over them.</summary>
    Merge,

    /// <summary>K without InnerTrans: plain concatenation.</summary>
    PlainMerge,

    /// <summary>k, the newest groups that are read after the first layer.</summary>
    RecentQueries,

    /// <summary>As many groups, spread evenly over the window.</summary>
    UniformQueries,
}
