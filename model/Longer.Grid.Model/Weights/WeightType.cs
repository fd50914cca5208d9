namespace Longer.Grid.Model;

/// <summary>How weights are stored in a file. In memory they are always float32.</summary>
public enum WeightType
{
    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of a float32.</summary>
    BF16,
}
