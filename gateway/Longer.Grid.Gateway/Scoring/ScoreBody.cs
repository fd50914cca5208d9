using System.Collections.Immutable;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The body of <c>POST /v1/score</c>.</summary>
internal sealed class ScoreBody
{
    private static readonly FieldNames Fields = new(required: 2, "userId", "candidates", "at", "topK", "rankBy", "timeoutMs");
    private static readonly FieldNames CandidateFields = new(required: 1, "itemId", "features");

    private ScoreBody(string userId, ScoreRequest request, ImmutableArray<Range> itemIds)
    {
        UserId = userId;
        Request = request;
        ItemIds = itemIds;
    }

    public string UserId { get; }

    public ScoreRequest Request { get; }

    /// <summary>Where each candidate's id stands in the body: it is echoed as it was sent.</summary>
    public ImmutableArray<Range> ItemIds { get; }

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The whole of it.</param>
    /// <param name="nowMs">The gateway's clock.</param>
    /// <exception cref="RequestRefusedException">It breaks the contract.</exception>
    public static ScoreBody Read(ReadOnlySpan<byte> utf8, long nowMs)
    {
        var json = new JsonBodyReader(utf8);
        string? userId = null;
        string? rankBy = null;
        (long? at, int? topK, long? timeoutMs) = (null, null, null);
        var candidates = ImmutableArray<Candidate>.Empty;
        var itemIds = ImmutableArray.CreateBuilder<Range>();
        if (json.EnterObject())
        {
            var seen = 0u;
            while (json.NextField(Fields, ref seen, out var field))
            {
                switch (field)
                {
                    case 0:
                        userId = json.ReadId();
                        break;
                    case 1:
                        candidates = ReadCandidates(ref json, itemIds);
                        break;
                    case 2:
                        at = json.ReadAt(nowMs);
                        break;
                    case 3:
                        topK = json.ReadAtLeastOne(Accepted.TopK);
                        break;
                    case 4:
                        rankBy = json.ReadTaskName();
                        break;
                    default:
                        timeoutMs = json.ReadWhole(1, GatewayLimits.TimeoutMs, Accepted.TimeoutMs);
                        break;
                }
            }
        }

        json.Finish();
        var request = new ScoreRequest(
            candidates,
            at,
            topK is { } k ? Math.Min(k, itemIds.Count) : null,
            rankBy,
            timeoutMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null);
        return new(userId!, request, itemIds.DrainToImmutable());
    }

    private static ImmutableArray<Candidate> ReadCandidates(ref JsonBodyReader json, ImmutableArray<Range>.Builder itemIds)
    {
        var names = new FeatureNames();
        var scratch = new List<Feature>();
        return json.ReadElements(Accepted.Candidates, GatewayLimits.Candidates, Read);

        Candidate Read(ref JsonBodyReader json)
        {
            var itemId = "";
            var range = default(Range);
            var features = ImmutableArray<Feature>.Empty;
            if (json.EnterObject())
            {
                var seen = 0u;
                while (json.NextField(CandidateFields, ref seen, out var field))
                {
                    if (field == 0)
                    {
                        itemId = json.ReadId() ?? "";
                        range = json.Start..json.End;
                    }
                    else
                    {
                        features = json.ReadFeatures(names, scratch);
                    }
                }
            }

            itemIds.Add(range);
            return new(itemId, features);
        }
    }
}
