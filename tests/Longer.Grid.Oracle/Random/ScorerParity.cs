using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>Holds a scorer against the oracle.</summary>
public static class ScorerParity
{
    /// <summary>How far a float32 logit may be from the oracle's.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>How far a logit may be that is computed from 16-bit keys and values.</summary>
    public const double HalfTolerance = 2e-3;

    /// <summary>How far a logit may be that is computed from 8-bit keys and values, with weights as strong as these random ones.</summary>
    public const double QuarterTolerance = 0.05;

    /// <summary>Scores a random case of a random model with both.</summary>
    /// <exception cref="ParityException">A logit differs by more than <see cref="Tolerance"/>; the message names the seed.</exception>
    public static void Check(IScorer scorer, int seed)
    {
        var model = RandomModels.Of(seed);
        var scored = RandomHistories.Case(seed, model.Config);
        Check(scorer.Score(model, scored), model, scored, $"seed {seed}");
    }

    /// <summary>Compares logits with the oracle's.</summary>
    /// <param name="logits">Shape <c>[C, tasks]</c>, row-major.</param>
    /// <param name="model">The model that they come from.</param>
    /// <param name="scored">The case that they are for.</param>
    /// <param name="told">What finds the case again: its seed, the step.</param>
    /// <param name="tolerance">How far a logit may be from the oracle's.</param>
    /// <exception cref="ParityException">The number of logits, or one of them, is not the oracle's.</exception>
    public static void Check(IReadOnlyList<double> logits, ModelPackage model, OracleCase scored, string told, double tolerance = Tolerance)
    {
        var expected = new OracleModel(model).Score(scored).SelectMany(tasks => tasks).ToArray();
        if (logits.Count != expected.Length)
        {
            throw new ParityException($"{told}: {logits.Count} logits, the oracle has {expected.Length}");
        }

        for (var i = 0; i < expected.Length; i++)
        {
            // So written that a NaN fails.
            if (!(Math.Abs(logits[i] - expected[i]) <= tolerance))
            {
                throw new ParityException(
                    $"{told}: logit {i} of {expected.Length} is {logits[i]:R}, the oracle's is {expected[i]:R}; "
                    + $"{scored.Events.Count} events from ordinal {scored.FirstOrdinal}, {model.Config}");
            }
        }
    }
}
