namespace Longer.Grid.Model;

/// <summary>The shape of a LONGER model: what <c>config.json</c> says (MODEL.md section 10).</summary>
/// <remarks>An instance is always valid: <see cref="LongerConfigJson"/> makes them, and checks.</remarks>
public sealed record LongerConfig
{
    /// <summary>L: the history window, in events.</summary>
    public required int MaxEvents { get; init; }

    /// <summary>d: width of an event token.</summary>
    public required int EventDim { get; init; }

    /// <summary>K: events merged into one token; 1 is no merge.</summary>
    public required int GroupSize { get; init; }

    /// <summary>InnerTrans blocks inside a group; 0 is plain concatenation.</summary>
    public required int InnerLayers { get; init; }

    /// <summary>Attention heads of an InnerTrans block.</summary>
    public required int InnerHeads { get; init; }

    /// <summary>H: attention heads of the main layers.</summary>
    public required int Heads { get; init; }

    /// <summary>N: self-causal layers after the cross-causal one.</summary>
    public required int SelfLayers { get; init; }

    /// <summary>k: merged tokens that a self-causal layer looks back over, itself included.</summary>
    public required int RecentGroups { get; init; }

    /// <summary>CLS tokens among the user globals.</summary>
    public required int ClsTokens { get; init; }

    /// <summary>The item table. Its width may differ from <see cref="EventDim"/>.</summary>
    public required FeatureTable Item { get; init; }

    /// <summary>Rows of the user table, whose width is <see cref="ModelDim"/>.</summary>
    public required int UserRows { get; init; }

    /// <summary>Side features of events and candidates, in the order of their columns.</summary>
    public required IReadOnlyList<FeatureTable> Sides { get; init; }

    /// <summary>Profile features of the user; their width is <see cref="ModelDim"/>.</summary>
    public required IReadOnlyList<FeatureTable> Profile { get; init; }

    /// <summary>Known actions; the row of one is 1 + its index, of any other 0.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>Width of an action row.</summary>
    public required int ActionDim { get; init; }

    /// <summary>Width of a gap row.</summary>
    public required int GapDim { get; init; }

    /// <summary>Width of a row of each cross-feature table.</summary>
    public required int CrossDim { get; init; }

    /// <summary>One output logit each.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>D = K·d: width of a merged token and of the main layers.</summary>
    public int ModelDim => GroupSize * EventDim;

    /// <summary>T = ceil(L/K): the newest groups that a score sees.</summary>
    public int VisibleGroups => (MaxEvents + GroupSize - 1) / GroupSize;

    /// <summary>Groups that a group, a global or a candidate looks back over in a layer (MODEL.md section 7): T in layer 0, k in the others.</summary>
    public int Window(int layer) => layer == 0 ? VisibleGroups : RecentGroups;

    /// <summary>T + N·k: the newest groups whose events are kept (MODEL.md section 7).</summary>
    public int RetainedGroups => VisibleGroups + (SelfLayers * RecentGroups);

    /// <summary>Events to keep so that every score is exact: the retained groups, and one more for the first one's gap.</summary>
    public long RetainedEvents => ((long)RetainedGroups * GroupSize) + 1;

    /// <summary>G: the candidate-free global tokens, the user token first.</summary>
    public int UserGlobals => 1 + ClsTokens;

    /// <summary>Layers with a K/V cache: the cross-causal one and the self-causal ones.</summary>
    public int Layers => 1 + SelfLayers;

    /// <summary>Width of the vector that <c>event.in</c> reads (MODEL.md section 3).</summary>
    public int EventInputDim => Item.Dim + Sides.Sum(s => s.Dim) + ActionDim + GapDim;

    /// <summary>Width of the vector that <c>candidate.in</c> reads (MODEL.md section 5).</summary>
    public int CandidateInputDim => Item.Dim + Sides.Sum(s => s.Dim) + (2 * CrossDim * (1 + Sides.Count));

    /// <summary>The row of an action's name in <c>action.weight</c>.</summary>
    public int ActionRow(string action)
    {
        for (var i = 0; i < Actions.Count; i++)
        {
            if (string.Equals(Actions[i], action, StringComparison.Ordinal))
            {
                return 1 + i;
            }
        }

        return 0;
    }
}
