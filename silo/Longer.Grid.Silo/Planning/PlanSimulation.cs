namespace Longer.Grid.Silo;

/// <summary>A plan's residency tried out: one of its devices with its share of the users, request by request.</summary>
/// <param name="Users">The device's share of the active users.</param>
/// <param name="Scores">Scores that counted: those of the second half, after the memory has filled.</param>
/// <param name="HitShare">Share of them whose user was there.</param>
/// <param name="PlannedHitShare">What <see cref="LruResidency"/> says of this population.</param>
/// <param name="Residents">Users who are there at the end.</param>
/// <param name="Evictions">States that had to go for others.</param>
internal sealed record PlanSimulation(long Users, long Scores, double HitShare, double PlannedHitShare, int Residents, long Evictions)
{
    private const int LookUpEvery = 1 << 16;

    /// <summary>Runs it; the same seed gives the same requests.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static PlanSimulation Run(GridPlan plan, long requests, int seed, CancellationToken cancellationToken)
    {
        // A device's users are drawn from all: their law is the same, with fewer of them.
        var users = new ZipfPopulation(Math.Max(1, plan.ActiveUsers / plan.Devices), plan.Input.ZipfExponent);
        var pool = new ResidencySimulation(plan.Input.KvBudgetBytes, plan.Layers);
        var appends = plan.AppendsPerSecond / plan.Input.ScoresPerSecond;
        var (done, scores, hits) = (0L, 0L, 0L);
        foreach (var (user, isScore) in Requests(users, appends, requests, seed))
        {
            if (done++ % LookUpEvery == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!isScore)
            {
                pool.Append(user, plan.Groups);
                continue;
            }

            var hit = pool.Score(user, plan.Groups);
            if (done > requests / 2)
            {
                (scores, hits) = (scores + 1, hits + (hit ? 1 : 0));
            }
        }

        return new(
            users.Users, scores, scores == 0 ? double.NaN : (double)hits / scores,
            LruResidency.Of(users, plan.ResidentsPerDevice, appends).HitShare, pool.Residents, pool.Evictions);
    }

    /// <summary>Who is asked for, and whether by a score or by an append.</summary>
    public static IEnumerable<(long User, bool IsScore)> Requests(ZipfPopulation users, double appendsPerScore, long requests, int seed)
    {
        var random = new Random(seed);
        for (var i = 0L; i < requests; i++)
        {
            yield return (users.Draw(random), random.NextDouble() * (1 + appendsPerScore) < 1);
        }
    }

    /// <summary>For readers.</summary>
    public string Text() =>
        $"Simulated on one device, {Figures.Whole(Users)} active users: {Figures.Percent(HitShare)} of {Figures.Whole(Scores)} scores found their user there "
        + $"({Figures.Whole(Residents)} residents, {Figures.Whole(Evictions)} evictions); planned for this device: {Figures.Percent(PlannedHitShare)}."
        + (Evictions > Residents ? "" : " The memory did not turn over once: simulate more requests.");
}
