using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>
/// Writes outcomes of any users. There are <see cref="Writers"/> of them, which hold nothing and are spread over the serving silos: any key
/// does, and a batch of many users is one commit.
/// </summary>
[Alias("longer.outcomes")]
public interface IOutcomeGrain : IGrainWithIntegerKey
{
    /// <summary>Keys are 0 up to this number.</summary>
    const int Writers = 256;

    /// <summary>Keeps outcomes; answers once they are durable, all of them or none.</summary>
    /// <param name="outcomes">1 to 1,000.</param>
    /// <param name="cancellationToken">Abandons the call before it changes anything; never after.</param>
    /// <exception cref="OverloadedException">Too many writes wait. Nothing was changed.</exception>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so. The same outcomes may be sent again.</exception>
    [Alias("add")]
    Task<OutcomesResult> AddAsync(ImmutableArray<Outcome> outcomes, CancellationToken cancellationToken);
}
