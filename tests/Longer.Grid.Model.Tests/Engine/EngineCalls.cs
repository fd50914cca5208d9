using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>The engine asked in the oracle's terms.</summary>
internal static class EngineCalls
{
    /// <summary>A device with room for no more than the engines of some models insist on.</summary>
    public static InferenceDevice TightDevice(int workers, params IEnumerable<ModelPackage> models)
    {
        using var none = new InferenceDevice(new EngineOptions { Workers = workers, KvBudgetBytes = 1 }, TimeProvider.System);
        var needed = models.Max(model => Assert.Throws<KvBudgetException>(() => new LongerEngine(none, model)).NeededBytes);
        return new InferenceDevice(new EngineOptions { Workers = workers, KvBudgetBytes = needed }, TimeProvider.System);
    }

    public static Task<EngineScores> ScoreAsync(this LongerEngine engine, UserKv user, UserInput input, OracleCase scored) =>
        engine.ScoreAsync(user, input, scored.KeyedCandidates(), scored.AtMs, Deadline.None, TestContext.Current.CancellationToken);

    public static Task RefreshAsync(this LongerEngine engine, UserKv user, UserInput input) =>
        engine.RefreshAsync(user, input, Deadline.None, TestContext.Current.CancellationToken);

    /// <summary>Holds an answer against the oracle on exactly the events that it reports.</summary>
    public static void Check(this EngineScores scores, ModelPackage model, OracleCase scored, string told)
    {
        Assert.Equal(scored.FirstOrdinal + scored.Events.Count, scores.UserEvents);
        ScorerParity.Check([.. scores.Logits.Select(logit => (double)logit)], model, scored, told);
    }
}
