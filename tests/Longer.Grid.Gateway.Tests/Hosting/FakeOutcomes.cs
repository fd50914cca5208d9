using System.Collections.Immutable;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway.Tests;

/// <summary>Outcomes in memory; a request that was kept is a duplicate.</summary>
public sealed class FakeOutcomes(FakeGrid grid) : IOutcomeGrain
{
    private readonly Lock _lock = new();
    private readonly List<Outcome> _kept = [];

    public IReadOnlyList<Outcome> Kept
    {
        get
        {
            lock (_lock)
            {
                return [.. _kept];
            }
        }
    }

    public async Task<OutcomesResult> AddAsync(ImmutableArray<Outcome> outcomes, CancellationToken cancellationToken)
    {
        await grid.BeforeAsync("outcomes", cancellationToken);
        grid.Change();
        lock (_lock)
        {
            var before = _kept.Count;
            _kept.AddRange(outcomes.Where(outcome => !_kept.Any(kept => (kept.UserId, kept.AtMs, kept.RequestId) == (outcome.UserId, outcome.AtMs, outcome.RequestId))));
            return new(_kept.Count - before, outcomes.Length - (_kept.Count - before));
        }
    }
}
