namespace Longer.Grid.Training;

/// <summary>The rows of several tables, one after another.</summary>
internal static class TableRows
{
    private const int RowsPerReport = 4096;

    /// <summary>Yields the same reader once for each row of a file, standing on it.</summary>
    public static IEnumerable<FieldReader> Read(
        IReadOnlyList<string> files, IReadOnlyList<string> columns, TimeProvider time, IProgress<ReadProgress>? progress)
    {
        var pool = new TextPool();
        var totalBytes = files.Sum(Length);
        long bytesBefore = 0, rows = 0;
        foreach (var file in files)
        {
            using var table = TableReader.Open(file, columns);
            var fields = new FieldReader(table, pool, time);
            while (table.Read())
            {
                yield return fields;
                if (++rows % RowsPerReport == 0)
                {
                    progress?.Report(new(bytesBefore + table.BytesRead, totalBytes, rows));
                }
            }

            bytesBefore += table.BytesRead;
            progress?.Report(new(bytesBefore, totalBytes, rows));
        }
    }

    // A file that is not there is named when its turn comes to be opened.
    private static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;
}
