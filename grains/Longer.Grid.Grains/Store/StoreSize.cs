using System.Data.Common;
using System.Globalization;

namespace Longer.Grid.Grains;

/// <summary>What the kept events of all users take in their segments; pages, indexes and dead rows come on top of it.</summary>
/// <param name="Events">Kept.</param>
/// <param name="SegmentBytes">Of all segments.</param>
public sealed record StoreSize(long Events, long SegmentBytes)
{
    /// <summary>Of one event; 0 where there is none.</summary>
    public double BytesPerEvent => Events == 0 ? 0 : SegmentBytes / (double)Events;

    /// <summary>Adds up every segment: for after an import, and not for a grid that serves.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    public static StoreSize Read(GridDatabase database)
    {
        try
        {
            using var source = database.Open("size", connections: 1);
            using var connection = source.OpenConnection();
            using var command = connection.Command(null, "SELECT COALESCE(sum(count), 0), COALESCE(sum(length(events)), 0) FROM behavior_segment");
            using var row = command.ExecuteReader();
            row.Read();
            return new(Convert.ToInt64(row[0], CultureInfo.InvariantCulture), Convert.ToInt64(row[1], CultureInfo.InvariantCulture));
        }
        catch (DbException e)
        {
            throw new StoreUnavailableException($"The behaviour store cannot be read: {e.Message}", e);
        }
    }
}
