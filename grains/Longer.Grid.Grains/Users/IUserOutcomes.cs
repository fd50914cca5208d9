using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Longer.Grid.Grains;

/// <summary>A user as those who keep outcomes speak to it. The key is the user id.</summary>
[Alias("longer.user-outcomes")]
internal interface IUserOutcomes : IGrainWithStringKey
{
    /// <summary>Compares outcomes with the scores that the user's silo remembers. Nobody waits for it, and nothing is said where it fails.</summary>
    [Alias("learn"), OneWay]
    Task LearnAsync(ImmutableArray<Outcome> outcomes);
}
