namespace Longer.Grid.Grains;

/// <summary>How far a reader has come in the order of changes; <see langword="default"/> is before the first.</summary>
/// <param name="Change">The change number read last.</param>
/// <param name="UserId">Of that number, the user read last: many users' writes share one.</param>
/// <param name="Number">Of that user, what was read last: a segment's number, or an outcome's id.</param>
public readonly record struct ChangeCursor(long Change, string? UserId, long Number);
