using Longer.Grid.Model;

namespace Longer.Grid.Oracle;

/// <summary>Anything that scores: the serving engine, the training module. What <see cref="ScorerParity"/> holds against the oracle.</summary>
public interface IScorer
{
    /// <summary>Scores a case from nothing.</summary>
    /// <returns>Logits, shape <c>[C, tasks]</c>, row-major.</returns>
    double[] Score(ModelPackage model, OracleCase scored);
}
