namespace Longer.Grid.Model;

/// <summary>How numbers of K/V rings are kept. All computing is in float32.</summary>
public enum KvStorage
{
    /// <summary>float32, as they were computed: scores equal the full forward pass to 1e-4.</summary>
    Full,

    /// <summary>float16, in half the memory: scores equal the full forward pass to 2e-3.</summary>
    Half,

    /// <summary>8 bits with a scale for each head of each row, in a quarter of the memory: for models whose ranking was seen to bear it.</summary>
    Quarter,
}
