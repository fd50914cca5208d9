using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>How many groups each reader sees, itself or the newest included (MODEL.md sections 5 and 7).</summary>
/// <remarks>Always <see cref="Of"/>, but where a test asks whether its cases would notice a window that is one group off.</remarks>
/// <param name="CrossOfGroups">T: a group in layer 0.</param>
/// <param name="CrossOfGlobals">T: user globals and candidates in layer 0.</param>
/// <param name="SelfOfGroups">k: a group in layers 1..N.</param>
/// <param name="SelfOfGlobals">k: user globals and candidates in layers 1..N.</param>
/// <param name="Counted">T: the cross features.</param>
public sealed record OracleWindows(int CrossOfGroups, int CrossOfGlobals, int SelfOfGroups, int SelfOfGlobals, int Counted)
{
    /// <summary>The windows that the contract gives a model.</summary>
    public static OracleWindows Of(LongerConfig config)
    {
        var visible = (int)Math.Ceiling(config.MaxEvents / (double)config.GroupSize);
        return new OracleWindows(visible, visible, config.RecentGroups, config.RecentGroups, visible);
    }
}
