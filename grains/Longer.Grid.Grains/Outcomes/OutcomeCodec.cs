using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;

namespace Longer.Grid.Grains;

/// <summary>Outcomes as rows. The items stand as a segment's events do (<see cref="SegmentCodec"/>), each with its labels in the place of an action: most of a batch share theirs.</summary>
public static class OutcomeCodec
{
    /// <summary>Between labels: no task's name holds a control character.</summary>
    private const char Separator = '\n';

    /// <summary>Makes a row.</summary>
    public static StoredOutcome Write(Outcome outcome) => new(
        outcome.UserId,
        IdOf(outcome),
        outcome.AtMs,
        outcome.RequestId,
        SegmentCodec.Write([.. outcome.Items.Select(item => new BehaviorEvent(item.ItemId, LabelsText(item), AtMs: 0, item.Features.IsDefault ? [] : item.Features))]));

    /// <summary>Reads a row's items.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of a format that this version does not know.</exception>
    public static ImmutableArray<OutcomeItem> ReadItems(ReadOnlySpan<byte> items) => [.. SegmentCodec.Read(items).Select(item => new OutcomeItem(
        item.ItemId,
        item.Features,
        [.. item.Action.Split(Separator).Select(label => new OutcomeLabel(label[1..], label[0] == '1'))]))];

    /// <summary>
    /// Names an outcome among its user's by all that was said: time, request, and items in their order with features and labels, whose order does
    /// not count. Of a user with a million outcomes two that differ have the same name once in forty million users.
    /// </summary>
    private static long IdOf(Outcome outcome)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        writer.Write(outcome.AtMs);
        writer.Write(outcome.RequestId is not null);
        writer.Write(outcome.RequestId ?? "");
        foreach (var item in outcome.Items)
        {
            writer.Write(item.ItemId);
            writer.Write(LabelsText(item));
            foreach (var feature in item.Features.IsDefault ? [] : item.Features.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name)))
            {
                writer.Write(feature.Name);
                writer.Write(feature.Id);
            }

            // No item's id is empty: another number of features is another content.
            writer.Write("");
        }

        return (long)XxHash64.HashToUInt64(content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    private static string LabelsText(OutcomeItem item) =>
        string.Join(Separator, item.Labels.Sort((a, b) => string.CompareOrdinal(a.Task, b.Task)).Select(label => $"{(label.IsPositive ? '1' : '0')}{label.Task}"));
}
