using System.Collections.Immutable;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The body of <c>POST /v1/outcomes</c>.</summary>
internal sealed class OutcomesBody
{
    private static readonly FieldNames Fields = new(required: 1, "outcomes");
    private static readonly FieldNames OutcomeFields = new(required: 3, "userId", "at", "items", "requestId");
    private static readonly FieldNames ItemFields = new(required: 2, "itemId", "labels", "features");

    private readonly long _nowMs;
    private readonly FeatureNames _features = new();
    private readonly List<Feature> _someFeatures = [];
    private readonly FeatureNames _tasks = new();
    private readonly List<OutcomeLabel> _someLabels = [];

    private OutcomesBody(long nowMs) => _nowMs = nowMs;

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The whole of it.</param>
    /// <param name="nowMs">The gateway's clock.</param>
    /// <exception cref="RequestRefusedException">It breaks the contract.</exception>
    public static ImmutableArray<Outcome> Read(ReadOnlySpan<byte> utf8, long nowMs)
    {
        var json = new JsonBodyReader(utf8);
        var body = new OutcomesBody(nowMs);
        var outcomes = ImmutableArray<Outcome>.Empty;
        if (json.EnterObject())
        {
            var seen = 0u;
            while (json.NextField(Fields, ref seen, out _))
            {
                outcomes = json.ReadElements(Accepted.Outcomes, GatewayLimits.Outcomes, body.ReadOutcome);
            }
        }

        json.Finish();
        return outcomes;
    }

    private Outcome ReadOutcome(ref JsonBodyReader json)
    {
        (string? userId, string? requestId, long? at) = (null, null, null);
        var items = ImmutableArray<OutcomeItem>.Empty;
        if (json.EnterObject())
        {
            var seen = 0u;
            while (json.NextField(OutcomeFields, ref seen, out var field))
            {
                switch (field)
                {
                    case 0:
                        userId = json.ReadId();
                        break;
                    case 1:
                        at = json.ReadAt(_nowMs);
                        break;
                    case 2:
                        items = json.ReadElements(Accepted.OutcomeItems, GatewayLimits.OutcomeItems, ReadItem);
                        break;
                    default:
                        requestId = json.ReadRequestId();
                        break;
                }
            }
        }

        return new(userId ?? "", at ?? 0, requestId, items);
    }

    private OutcomeItem ReadItem(ref JsonBodyReader json)
    {
        string? itemId = null;
        var labels = ImmutableArray<OutcomeLabel>.Empty;
        var features = ImmutableArray<Feature>.Empty;
        if (json.EnterObject())
        {
            var seen = 0u;
            while (json.NextField(ItemFields, ref seen, out var field))
            {
                switch (field)
                {
                    case 0:
                        itemId = json.ReadId();
                        break;
                    case 1:
                        labels = json.ReadLabels(_tasks, _someLabels);
                        break;
                    default:
                        features = json.ReadFeatures(_features, _someFeatures);
                        break;
                }
            }
        }

        return new(itemId ?? "", features, labels);
    }
}
