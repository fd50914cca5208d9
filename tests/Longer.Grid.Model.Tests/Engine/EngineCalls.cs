using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>The engine asked in the oracle's terms.</summary>
internal static class EngineCalls
{
    /// <summary>A device with room for no more than the engines of some models insist on.</summary>
    public static InferenceDevice TightDevice(KvStorage storage, int workers, params IEnumerable<ModelPackage> models)
    {
        var options = new EngineOptions { Workers = workers, KvBudgetBytes = 1, KvStorage = storage };
        using var none = new InferenceDevice(options, TimeProvider.System);
        var needed = models.Max(model => Assert.Throws<KvBudgetException>(() => new LongerEngine(none, model)).NeededBytes);
        return new InferenceDevice(options with { KvBudgetBytes = needed }, TimeProvider.System);
    }

    /// <summary>How far a logit may be from the oracle's.</summary>
    public static double Tolerance(this KvStorage storage) => storage switch
    {
        KvStorage.Full => ScorerParity.Tolerance,
        KvStorage.Half => ScorerParity.HalfTolerance,
        _ => ScorerParity.QuarterTolerance,
    };

    public static Task<EngineScores> ScoreAsync(this LongerEngine engine, UserKv user, UserInput input, OracleCase scored) =>
        engine.ScoreAsync(user, input, scored.KeyedCandidates(), scored.AtMs, Deadline.None, TestContext.Current.CancellationToken);

    public static Task RefreshAsync(this LongerEngine engine, UserKv user, UserInput input) =>
        engine.RefreshAsync(user, input, Deadline.None, TestContext.Current.CancellationToken);

    /// <summary>Holds an answer against the oracle on exactly the events that it reports.</summary>
    public static void Check(this EngineScores scores, KvStorage storage, ModelPackage model, OracleCase scored, string told)
    {
        Assert.Equal(scored.FirstOrdinal + scored.Events.Count, scores.UserEvents);
        ScorerParity.Check([.. scores.Logits.Select(logit => (double)logit)], model, scored, told, storage.Tolerance());
    }
}
