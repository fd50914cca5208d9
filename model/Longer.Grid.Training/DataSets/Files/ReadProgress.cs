namespace Longer.Grid.Training;

/// <summary>How far the reading of files has come.</summary>
/// <param name="Bytes">Bytes read, as they lie on disk.</param>
/// <param name="TotalBytes">Bytes that the files have, as they lie on disk.</param>
/// <param name="Rows">Rows read.</param>
public readonly record struct ReadProgress(long Bytes, long TotalBytes, long Rows);
