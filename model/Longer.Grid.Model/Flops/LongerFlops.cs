namespace Longer.Grid.Model;

/// <summary>
/// Floating-point operations of the matrix products: projections, FFNs and both products of attention. A multiply-add counts as two;
/// norms, softmax, GELU and table reads do not count, nor does anything padded or masked.
/// </summary>
public static class LongerFlops
{
    /// <summary>One layer of full attention over some tokens, as the paper counts it (MODEL.md section 9): 24·n·w² + 4·n²·w.</summary>
    /// <param name="tokens">n: L events, or L/K merged tokens.</param>
    /// <param name="width">w: the width of one token.</param>
    public static long PaperLayer(long tokens, int width) => checked((24 * tokens * width * width) + (4 * tokens * tokens * width));

    /// <summary>A user's state from nothing: what a cold score costs before its candidates.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="events">Events of the user's whole life, all of the retained ones kept.</param>
    public static long Prefill(LongerConfig config, long events)
    {
        var groups = Groups(config, events);

        // The plan's rows; a user without events has none, whatever stands in for them.
        var rows = Array.ConvertAll(PrefillPlan.RowsOf(config, groups), r => Math.Min(r, groups));
        var flops = 0L;
        for (var g = groups - rows[0]; g < groups; g++)
        {
            flops += Group(config, Filled(config, events, g));
        }

        for (var l = 0; l < config.Layers; l++)
        {
            flops += (rows[l] * KeyAndValue(config.ModelDim)) + Globals(config, l, groups);
            for (var g = l < config.SelfLayers ? groups - rows[l + 1] : groups; g < groups; g++)
            {
                flops += Query(config.ModelDim, Math.Min(config.Window(l), g + 1));
            }
        }

        return flops;
    }

    /// <summary>Bringing a state up to its newest groups: their rows in every layer, and the user globals.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="events">Events of the user's whole life, those just added included; at least one.</param>
    /// <param name="newest">Groups that are new, or that an event joined.</param>
    public static long Append(LongerConfig config, long events, int newest = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(events);
        var groups = Groups(config, events);
        var flops = 0L;
        for (var g = Math.Max(0, groups - newest); g < groups; g++)
        {
            flops += Group(config, Filled(config, events, g));
            for (var l = 0; l < config.Layers; l++)
            {
                flops += KeyAndValue(config.ModelDim) + (l < config.SelfLayers ? Query(config.ModelDim, Math.Min(config.Window(l), g + 1)) : 0);
            }
        }

        for (var l = 0; l < config.Layers; l++)
        {
            flops += Globals(config, l, groups);
        }

        return flops;
    }

    /// <summary>Scoring candidates against a state that is there.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="events">Events of the user's whole life.</param>
    /// <param name="candidates">C.</param>
    public static long Score(LongerConfig config, long events, int candidates)
    {
        long groups = Groups(config, events), width = config.ModelDim;
        var each = Product(config.CandidateInputDim, width) + Product(width, width);
        for (var l = 0; l < config.Layers; l++)
        {
            each += KeyAndValue(width) + Query(width, 1 + config.UserGlobals + Math.Min(config.Window(l), groups));
        }

        // The head reads the candidate twice; its third input, the user, is the same for all.
        each += (2 * Product(width, width)) + Product(width, config.Tasks.Count);
        return (candidates * each) + Product(width, width);
    }

    private static long Groups(LongerConfig config, long events) => (events + config.GroupSize - 1) / config.GroupSize;

    /// <summary>Events in a group, counted from the first of the user's life.</summary>
    private static long Filled(LongerConfig config, long events, long group) => Math.Min(config.GroupSize, events - (group * config.GroupSize));

    private static long Product(long inputs, long outputs) => 2 * inputs * outputs;

    private static long KeyAndValue(long width) => 2 * Product(width, width);

    /// <summary>A row's way through a block as a query: q, both products over the keys it sees, o, and the FFN of width 4w.</summary>
    private static long Query(long width, long keys) => (2 * Product(width, width)) + (2 * Product(width, keys)) + (2 * Product(width, 4 * width));

    /// <summary>Event tokens of a group and the InnerTrans over them.</summary>
    private static long Group(LongerConfig config, long filled)
    {
        long d = config.EventDim;
        var token = Product(config.EventInputDim, 2 * d) + Product(2 * d, d);
        return filled * (token + (config.InnerLayers * (KeyAndValue(d) + Query(d, filled))));
    }

    private static long Globals(LongerConfig config, int layer, long groups)
    {
        var flops = 0L;
        for (var j = 0; j < config.UserGlobals; j++)
        {
            flops += KeyAndValue(config.ModelDim) + Query(config.ModelDim, config.UserGlobals - j + Math.Min(config.Window(layer), groups));
        }

        return flops;
    }
}
