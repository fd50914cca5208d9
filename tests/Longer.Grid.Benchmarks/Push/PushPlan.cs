namespace Longer.Grid.Benchmarks;

/// <summary>Pushes of models into a grid under a steady load.</summary>
/// <param name="Users">How many, all resident; asked for by Zipf's law.</param>
/// <param name="Events">Events of each.</param>
/// <param name="Candidates">C of a score.</param>
/// <param name="Load">The load, as a share of the capacity.</param>
/// <param name="Quiet">How long it is measured without a push, before and after.</param>
/// <param name="Models">Folders of the models that are pushed, one after another.</param>
internal sealed record PushPlan(int Users, int Events, int Candidates, double Load, TimeSpan Quiet, IReadOnlyList<string> Models)
{
    /// <summary>Share of the requests that append an event.</summary>
    public const double Appends = 0.3;

    /// <summary>How long the capacity is measured.</summary>
    public TimeSpan CapacityDuration { get; } = TimeSpan.FromSeconds(10);
}
