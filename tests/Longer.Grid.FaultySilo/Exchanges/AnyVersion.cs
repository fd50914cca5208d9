using Longer.Grid.Grains;
using Longer.Grid.Model;

namespace Longer.Grid.FaultySilo;

/// <summary>Serves whatever files stand under a version's name.</summary>
internal sealed class AnyVersion : ModelVersionCheck
{
    /// <inheritdoc/>
    public override void Require(string version, ModelPackage read)
    {
    }
}
