namespace Longer.Grid.Training;

/// <summary>How far reading has come.</summary>
/// <param name="Bytes">Bytes read, as they lie on disk.</param>
/// <param name="TotalBytes">Bytes that there are, as they lie on disk; 0 where that is not known.</param>
/// <param name="Rows">Rows, or commits, read.</param>
public readonly record struct ReadProgress(long Bytes, long TotalBytes, long Rows);
