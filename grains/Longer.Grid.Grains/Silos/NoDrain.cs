namespace Longer.Grid.Grains;

/// <summary>Of a host that ends by other means.</summary>
internal sealed class NoDrain : IDrain
{
    /// <inheritdoc/>
    public bool IsDraining => false;

    /// <inheritdoc/>
    public void Begin()
    {
    }
}
