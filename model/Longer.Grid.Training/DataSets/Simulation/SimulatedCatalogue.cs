namespace Longer.Grid.Training;

/// <summary>The items of a simulated world. Ids and editions are dealt out at random: neither tells a cluster.</summary>
internal sealed class SimulatedCatalogue
{
    /// <summary>The one side feature.</summary>
    public const string Side = "edition";

    // Editions of old items, of new ones and of those in fashion are different ones: a candidate shares none with an event that tells.
    private const int EditionsOfOld = 8;
    private const int EditionsOfNew = 4;
    private const int EditionsOfTrends = 12;

    private readonly SplitMix64 _random;
    private readonly int[] _ids;
    private int _dealt;

    public SimulatedCatalogue(InterestSimulation simulation, SplitMix64 random)
    {
        _random = random;
        _ids = [.. Enumerable.Range(1, (simulation.Clusters * (simulation.OldItemsPerCluster + simulation.NewItemsPerCluster)) + simulation.TrendItems)];
        random.DrawToFront(_ids, _ids.Length);
        Old = [.. Enumerable.Range(0, simulation.Clusters).Select(c => Items(simulation.OldItemsPerCluster, c, 0, EditionsOfOld, 0))];
        New = [.. Enumerable.Range(0, simulation.Clusters).Select(c => Items(simulation.NewItemsPerCluster, c, EditionsOfOld, EditionsOfNew, simulation.AppealDeviation))];
        Trends = Items(simulation.TrendItems, -1, EditionsOfOld + EditionsOfNew, EditionsOfTrends, 0);
    }

    /// <summary>By cluster: what users come upon in their bursts.</summary>
    public IReadOnlyList<SimulatedItem[]> Old { get; }

    /// <summary>By cluster: what requests show.</summary>
    public IReadOnlyList<SimulatedItem[]> New { get; }

    /// <summary>In the order in which they come into fashion.</summary>
    public IReadOnlyList<SimulatedItem> Trends { get; }

    private SimulatedItem[] Items(int count, int cluster, int firstEdition, int editions, double appealDeviation) =>
        [.. Enumerable.Range(0, count).Select(_ => new SimulatedItem(
            new($"{_ids[_dealt++]}", [new(Side, $"e{firstEdition + _random.Next(editions)}")]), cluster, appealDeviation * Normal()))];

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
