namespace Longer.Grid.Grains;

/// <summary>How far a version is on its way.</summary>
/// <param name="Version">The version.</param>
/// <param name="Phase">What is done.</param>
/// <param name="Done">Silos, or users while they are encoded anew, that are done with.</param>
/// <param name="Of">Of so many.</param>
/// <param name="Percent">The part of the users that a canary serves; 0 for another version.</param>
[GenerateSerializer, Immutable, Alias("longer.rollout-report")]
public sealed record RolloutReport(
    [property: Id(0)] string Version, [property: Id(1)] RolloutPhase Phase, [property: Id(2)] int Done, [property: Id(3)] int Of, [property: Id(4)] int Percent = 0)
{
    /// <summary>In words, such as <c>loading 2/3 silos</c>.</summary>
    public string Text => Phase switch
    {
        RolloutPhase.Waiting => "waiting",
        RolloutPhase.Loading => $"loading {Done}/{Of} silos",
        RolloutPhase.Warming => $"warming {Done}/{Of} silos",
        RolloutPhase.Canary => $"canary {Percent} %",
        _ => $"{(Percent > 0 ? $"canary {Percent} %, " : "")}re-encoding {(Of == 0 ? 100 : 100 * Done / Of)} %",
    };
}

/// <summary>What is done for a version that shall serve.</summary>
[GenerateSerializer, Alias("longer.rollout-phase")]
public enum RolloutPhase
{
    /// <summary>For the rollout before it: no more than two versions are loaded.</summary>
    Waiting,

    /// <summary>Silos load it beside the active one.</summary>
    Loading,

    /// <summary>Silos run it once, on a user who is made up.</summary>
    Warming,

    /// <summary>It serves; users whose states another version has computed get new ones.</summary>
    Reencoding,

    /// <summary>It serves a part of the users, all of whom have states of it.</summary>
    Canary,
}
