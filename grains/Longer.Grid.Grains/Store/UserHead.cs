namespace Longer.Grid.Grains;

/// <summary>What the store knows of a user beside the events.</summary>
/// <param name="Epoch">The activation that may write.</param>
/// <param name="NextOrdinal">Events ever accepted.</param>
/// <param name="Profile">The profile, as <see cref="SegmentCodec.WriteProfile"/> wrote it; empty without one.</param>
/// <param name="PreviousEpoch">The activation that might write before; 0 for the first.</param>
public sealed record UserHead(long Epoch, long NextOrdinal, byte[] Profile, long PreviousEpoch);
