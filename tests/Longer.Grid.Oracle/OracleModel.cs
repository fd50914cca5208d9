using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>
/// MODEL.md as a plain full forward pass in double precision: every token of every group in every layer, nothing kept between scores.
/// It reads the config and the weights as everyone does and shares no other code with what it judges.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="windows">The contract's own where it is null; others only to ask whether a case would notice.</param>
public sealed class OracleModel(ModelPackage model, OracleWindows? windows = null)
{
    private readonly LongerConfig _config = model.Config;
    private readonly ModelWeights _weights = model.Weights;
    private readonly OracleTokens _tokens = new(model.Config, model.Weights);
    private readonly OracleWindows _windows = windows ?? OracleWindows.Of(model.Config);

    /// <summary>Scores a case.</summary>
    /// <returns>Logits <c>[C][tasks]</c>.</returns>
    public double[][] Score(OracleCase scored)
    {
        var groups = _tokens.Groups(scored);
        List<OracleEvent> visible = [.. groups.TakeLast(_windows.Counted).SelectMany(group => group.Events)];
        var before = scored.Candidates.Select(candidate => _tokens.Candidate(candidate, visible, scored.AtMs)).ToList();

        // h[l] of section 7, at first h[0].
        var h = groups.Select(group => group.Token).ToList();
        var globals = _tokens.UserGlobals(scored.User);
        var candidates = before;
        for (var layer = 0; layer <= _config.SelfLayers; layer++)
        {
            (h, globals, candidates) = Layer(layer, groups, h, globals, candidates, scored.AtMs);
        }

        return [.. candidates.Select((after, c) => Head(after, globals[0], before[c]))];
    }

    private (List<double[]> Groups, List<double[]> Globals, List<double[]> Candidates) Layer(
        int layer, List<OracleGroup> groups, List<double[]> h, List<double[]> globals, List<double[]> candidates, long atMs)
    {
        var block = new OracleBlock(_weights, $"layers.{layer}", _config.Heads);
        var groupWindow = layer == 0 ? _windows.CrossOfGroups : _windows.SelfOfGroups;
        var globalWindow = layer == 0 ? _windows.CrossOfGlobals : _windows.SelfOfGlobals;
        var groupKeys = h.Select(block.Key).ToList();
        var globalKeys = globals.Select(block.Key).ToList();

        var nextGroups = h.Select((token, q) =>
        {
            var first = Math.Max(0, q - groupWindow + 1);
            var seen = Enumerable.Range(first, q - first + 1)
                .Select(g => (groupKeys[g], Bias(layer, groups[q].Number - groups[g].Number, groups[g].LastMs, groups[q].LastMs)));
            return block.Apply(token, [.. seen]);
        }).ToList();

        // A global stands one past the newest group.
        IEnumerable<(OracleKey, double[]?)> NewestGroups(long toMs) => Enumerable.Range(0, groups.Count)
            .TakeLast(globalWindow)
            .Select(g => (groupKeys[g], Bias(layer, groups[^1].Number + 1 - groups[g].Number, groups[g].LastMs, toMs)));

        IEnumerable<(OracleKey, double[]?)> GlobalsFrom(int j) => globalKeys.Skip(j).Select(key => (key, (double[]?)null));

        var lastMs = groups.Count == 0 ? 0 : groups[^1].LastMs;
        var nextGlobals = globals.Select((token, j) => block.Apply(token, [.. GlobalsFrom(j), .. NewestGroups(lastMs)])).ToList();
        var nextCandidates = candidates
            .Select(token => block.Apply(token, [(block.Key(token), null), .. GlobalsFrom(0), .. NewestGroups(atMs)]))
            .ToList();
        return (nextGroups, nextGlobals, nextCandidates);
    }

    /// <summary>What a group as a key adds to a logit, per head (MODEL.md section 6).</summary>
    private double[]? Bias(int layer, long groupsBack, long fromMs, long toMs)
    {
        var position = OracleBuckets.Of(groupsBack);
        var time = OracleBuckets.OfSeconds(fromMs, toMs);
        var heads = _config.Heads;
        return [.. Enumerable.Range(0, heads).Select(head =>
            (double)_weights[$"layers.{layer}.position_bias.weight"][(position * heads) + head]
            + _weights[$"layers.{layer}.time_bias.weight"][(time * heads) + head])];
    }

    private double[] Head(double[] candidateAfter, double[] userAfter, double[] candidateBefore)
    {
        double[] z = [.. FinalNorm(candidateAfter), .. FinalNorm(userAfter), .. candidateBefore];
        return OracleMath.Linear(
            _weights["head.out.weight"],
            _weights["head.out.bias"],
            OracleMath.Gelu(OracleMath.Linear(_weights["head.in.weight"], _weights["head.in.bias"], z)));
    }

    private double[] FinalNorm(double[] x) => OracleMath.LayerNorm(_weights["final_norm.weight"], _weights["final_norm.bias"], x);
}
