namespace Longer.Grid.Training;

/// <summary>In which numbers a step computes its linear maps. Weights, their gradients' sums, norms, softmax, loss and optimiser are float32 in either.</summary>
public enum TrainingPrecision
{
    /// <summary>Float32.</summary>
    Full,

    /// <summary>Float32's range with 8 bits of precision. Slow on processors without instructions for it.</summary>
    BFloat16,
}
