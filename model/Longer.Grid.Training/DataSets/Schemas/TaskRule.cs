namespace Longer.Grid.Training;

/// <summary>How a task is read off the events themselves.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Positive">Actions that say yes, at least one.</param>
/// <param name="Negative">Actions that say no. None: negatives are sampled.</param>
public sealed record TaskRule(string Task, IReadOnlyList<string> Positive, IReadOnlyList<string> Negative);
