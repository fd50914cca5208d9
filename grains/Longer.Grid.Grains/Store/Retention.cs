using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>
/// How many of each user's newest events the store keeps (DESIGN.md section 4). It belongs to the store and not to the model: one that needs more is
/// not activated. Whole segments go, so up to <see cref="StoredSegment.Capacity"/> - 1 events more are there.
/// </summary>
public sealed record Retention
{
    /// <summary>The least that can be asked for.</summary>
    public const long Least = 1;

    /// <summary>The most that can be asked for: more than anybody does.</summary>
    public const long Most = 1_000_000_000;

    /// <summary>What <see cref="TryParse"/> takes, for error messages.</summary>
    public const string Accepted = "all, or how many of a user's newest events are kept, 1 to 1000000000";

    private const string AllText = "all";

    private Retention(long? events) => Events = events;

    /// <summary>Nothing is ever trimmed: the default.</summary>
    public static Retention All { get; } = new((long?)null);

    /// <summary>The newest events that are kept; <see langword="null"/> is all of them.</summary>
    public long? Events { get; }

    /// <summary>Only the newest are kept.</summary>
    /// <param name="events"><see cref="Least"/> to <see cref="Most"/>.</param>
    public static Retention Newest(long events)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(events, Least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events, Most);
        return new(events);
    }

    /// <summary>Reads <c>all</c> or a number.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Retention? retention)
    {
        retention = text == AllText ? All
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var events) && events is >= Least and <= Most ? new(events)
            : null;
        return retention is not null;
    }

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Events?.ToString(CultureInfo.InvariantCulture) ?? AllText;

    /// <summary>The oldest segment to keep: all before it may go.</summary>
    /// <remarks>The store keeps those besides that training has not read yet.</remarks>
    /// <param name="nextOrdinal">Events that the user ever had.</param>
    internal long FirstSegment(long nextOrdinal) => Events is { } events ? Math.Max(0, nextOrdinal - events) / StoredSegment.Capacity : 0;

    /// <summary>Refuses a model that reads more than is kept.</summary>
    /// <exception cref="ModelRejectedException">It does; both numbers are named.</exception>
    internal void Require(LongerConfig config)
    {
        if (config.RetainedEvents > Events)
        {
            var problem = $"The model reads {config.RetainedEvents} of a user's newest events; the grid keeps {Events} (--retain-events).";
            throw new ModelRejectedException(ModelPart, [problem], problem) { Accepted = $"a model that reads at most {Events}, or a grid that keeps more" };
        }
    }

    /// <summary>The <see cref="ModelRejectedException.Part"/> of such a refusal.</summary>
    public const string ModelPart = "retain-events";
}
