namespace Longer.Grid.Model;

/// <summary>Logits of one request, all from one state.</summary>
/// <param name="Logits">Shape <c>[C, tasks]</c>, row-major.</param>
/// <param name="UserEvents">Events ever accepted for the user, as the state knew them.</param>
/// <param name="Warm">Whether the state was on the device, so that no prefill was needed.</param>
/// <param name="EngineTime">Time on the device's worker.</param>
public sealed record EngineScores(float[] Logits, long UserEvents, bool Warm, TimeSpan EngineTime);
