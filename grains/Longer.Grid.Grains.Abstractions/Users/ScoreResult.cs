using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>Scores, all computed by one model version from one state.</summary>
/// <param name="ModelVersion">The version that computed them.</param>
/// <param name="UserEvents">Events ever accepted for this user, all of which the scores know.</param>
/// <param name="Warm">Whether the user's K/V state was on the device already.</param>
/// <param name="Tasks">Names of the model's tasks.</param>
/// <param name="Order">Indices into the asked candidates, in the order of the answer.</param>
/// <param name="Scores">sigmoid(logit), shape <c>[Order, Tasks]</c>, row-major.</param>
/// <param name="EngineTime">Time on the device's worker: the rest of a request's time is the grid's.</param>
[GenerateSerializer, Immutable, Alias("longer.score-result")]
public sealed record ScoreResult(
    [property: Id(0)] string ModelVersion,
    [property: Id(1)] long UserEvents,
    [property: Id(2)] bool Warm,
    [property: Id(3)] ImmutableArray<string> Tasks,
    [property: Id(4)] ImmutableArray<int> Order,
    [property: Id(5)] ImmutableArray<float> Scores,
    [property: Id(6)] TimeSpan EngineTime);
