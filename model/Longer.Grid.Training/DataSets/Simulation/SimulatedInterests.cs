namespace Longer.Grid.Training;

/// <summary>A simulated world: what can be seen of it, and the truth behind, which no model is given.</summary>
/// <param name="Data">Events and labelled requests.</param>
/// <param name="ClusterOfItem">Latent cluster of each item that has one; items in fashion have none. An event with such an item tells an interest.</param>
/// <param name="InterestsOfUser">Clusters that each user is interested in.</param>
/// <param name="LikelihoodOf">Chance that the user likes a candidate: the best that any model could know.</param>
public sealed record SimulatedInterests(
    DataSet Data,
    IReadOnlyDictionary<string, int> ClusterOfItem,
    IReadOnlyDictionary<string, IReadOnlySet<int>> InterestsOfUser,
    Func<string, RequestCandidate, double> LikelihoodOf);
