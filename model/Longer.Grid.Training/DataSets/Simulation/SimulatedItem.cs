namespace Longer.Grid.Training;

/// <summary>An item of a simulated world, and what nobody in it can see.</summary>
/// <param name="Shown">Its id and its side value: the edition that it appeared in.</param>
/// <param name="Cluster">The latent cluster, -1 for an item in fashion.</param>
/// <param name="Appeal">What it adds to everyone's log-odds of liking it.</param>
internal sealed record SimulatedItem(RequestCandidate Shown, int Cluster, double Appeal);
