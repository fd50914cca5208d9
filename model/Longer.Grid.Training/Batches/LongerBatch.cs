namespace Longer.Grid.Training;

/// <summary>Requests of several users laid out for one pass of <see cref="LongerModule"/>. Nothing is padded.</summary>
/// <remarks>
/// Tokens before layer 0 come in this order: full groups of each span, partly filled groups of each request, a user token of each span, the
/// CLS tokens, all candidates. In every layer the rows are: the full groups that something still reads, span by span, then for
/// each request its user globals, its partly filled group where it has one, and its candidates. Layer N is left by the user tokens of all
/// requests, then all candidates.
/// Where requests choose which groups they read, the full groups after layer 0 are each request's own, request by request.
/// </remarks>
internal sealed class LongerBatch
{
    public required CandidateRows Candidates { get; init; }

    /// <summary>Groups, full ones first, whose events the arrays below hold: K slots each.</summary>
    public required int Groups { get; init; }

    public required int[] EventItems { get; init; }

    public required int[][] EventSides { get; init; }

    public required int[] EventActions { get; init; }

    public required int[] EventGaps { get; init; }

    /// <summary>1 for a slot that holds an event, 0 for an empty one; null where none is empty.</summary>
    public required float[]? Filled { get; init; }

    /// <summary>Filled slots of a group see each other; null without InnerTrans.</summary>
    public required AttentionPlan? Inner { get; init; }

    /// <summary>Tokens in the rows' order of layer 0.</summary>
    public required int[] Order { get; init; }

    /// <summary>One for each layer.</summary>
    public required LongerBatchLayer[] Layers { get; init; }
}
