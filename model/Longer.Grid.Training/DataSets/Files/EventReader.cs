namespace Longer.Grid.Training;

/// <summary>Reads files of events as a schema describes them.</summary>
/// <param name="schema">What the columns mean.</param>
/// <param name="time">The clock that an event may be at most one day ahead of.</param>
public sealed class EventReader(DataSchema schema, TimeProvider time)
{
    /// <summary>Rows in the order of the files. Reads as it is enumerated, and each time anew.</summary>
    /// <param name="files">CSV with a header or NDJSON, each gzipped or not.</param>
    /// <param name="progress">Told now and then, and at the end of each file; <see langword="null"/> for nobody.</param>
    /// <exception cref="DataSetException">
    /// While enumerating: a file cannot be read or lacks a column, or a row is bad: file and line are named.
    /// </exception>
    public IEnumerable<BehaviorRecord> Read(IReadOnlyList<string> files, IProgress<ReadProgress>? progress = null)
    {
        var events = schema.Events;
        string[] columns = [events.User, events.Item, events.Action, events.At.Column, .. events.Sides.Select(s => s.Column)];
        var sides = new SideReader(events.Sides, firstColumn: 4);
        foreach (var fields in TableRows.Read(files, columns, time, progress))
        {
            var item = fields.Id(1);
            yield return new(fields.Id(0), item, fields.Id(2), fields.AtMs(3, events.At.Unit), sides.Read(fields, item));
        }
    }
}
