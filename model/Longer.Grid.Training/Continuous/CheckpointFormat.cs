namespace Longer.Grid.Training;

/// <summary>
/// How a checkpoint stands in its bytes: <see cref="Magic"/>; the length of the config's JSON and the JSON; every tensor of MODEL.md section 10 in its order,
/// float32; the optimizer's steps, and its two moments of each tensor; the XXH64 of all that.
/// </summary>
internal static class CheckpointFormat
{
    /// <summary>Names the format and its version.</summary>
    public const ulong Magic = 0x31_54_50_4B_43_52_47_4C; // "LGRCKPT1"

    /// <summary>No config comes near it.</summary>
    public const int LongestConfig = 16 << 20;
}
