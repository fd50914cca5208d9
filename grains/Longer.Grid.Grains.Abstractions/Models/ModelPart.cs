namespace Longer.Grid.Grains;

/// <summary>The files of a model.</summary>
public enum ModelPart
{
    /// <summary><c>config.json</c>.</summary>
    Config,

    /// <summary><c>weights.safetensors</c>.</summary>
    Weights,

    /// <summary><c>metrics.json</c>, optional and not part of the version.</summary>
    Metrics,
}
