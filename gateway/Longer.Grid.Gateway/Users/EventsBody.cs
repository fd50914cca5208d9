using System.Collections.Immutable;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The body of <c>POST</c> and <c>PUT /v1/users/{id}/events</c>.</summary>
internal static class EventsBody
{
    private static readonly FieldNames Fields = new(required: 1, "events");
    private static readonly FieldNames EventFields = new(required: 3, "itemId", "action", "at", "features");

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The whole of it.</param>
    /// <param name="nowMs">The gateway's clock.</param>
    /// <exception cref="RequestRefusedException">It breaks the contract.</exception>
    public static ImmutableArray<BehaviorEvent> Read(ReadOnlySpan<byte> utf8, long nowMs)
    {
        var json = new JsonBodyReader(utf8);
        var events = ImmutableArray<BehaviorEvent>.Empty;
        if (json.EnterObject())
        {
            var seen = 0u;
            while (json.NextField(Fields, ref seen, out _))
            {
                events = ReadEvents(ref json, nowMs);
            }
        }

        json.Finish();
        return events;
    }

    private static ImmutableArray<BehaviorEvent> ReadEvents(ref JsonBodyReader json, long nowMs)
    {
        var names = new FeatureNames();
        var scratch = new List<Feature>();
        string? action = null;
        return json.ReadElements(Accepted.Events, GatewayLimits.Events, Read);

        BehaviorEvent Read(ref JsonBodyReader json)
        {
            string? itemId = null;
            long? at = null;
            var features = ImmutableArray<Feature>.Empty;
            if (json.EnterObject())
            {
                var seen = 0u;
                while (json.NextField(EventFields, ref seen, out var field))
                {
                    switch (field)
                    {
                        case 0:
                            itemId = json.ReadId();
                            break;
                        case 1:
                            action = json.ReadAction(action);
                            break;
                        case 2:
                            at = json.ReadAt(nowMs);
                            break;
                        default:
                            features = json.ReadFeatures(names, scratch);
                            break;
                    }
                }
            }

            return new(itemId ?? "", action ?? "", at ?? 0, features);
        }
    }
}
