namespace Longer.Grid.Silo;

/// <summary>Which users are on a device whose states go least recently used first, in the long run.</summary>
/// <remarks>
/// Che's approximation: a state stays for one and the same time after its last use. Only a score brings a user in, but an append to a user that is
/// there is a use as well, as in the engine's pool. Requests are independent of each other: no sessions, which would only help.
/// </remarks>
/// <param name="HitShare">Share of the scores, and of the appends, whose user is there.</param>
/// <param name="StayInScores">How long a state stays after its last use, in scores of all users; infinite where all fit.</param>
internal readonly record struct LruResidency(double HitShare, double StayInScores)
{
    /// <summary>Finds it.</summary>
    /// <param name="users">Who is asked for, by scores and appends alike.</param>
    /// <param name="residents">States that fit at once.</param>
    /// <param name="appendsPerScore">Appends for each score.</param>
    public static LruResidency Of(ZipfPopulation users, double residents, double appendsPerScore)
    {
        if (residents >= users.Users)
        {
            return new(1, double.PositiveInfinity);
        }

        // The number that is there grows with the stay: by halving, on a scale where each step counts alike.
        var (least, most) = (Math.Log(1e-3), Math.Log(1e18));
        for (var i = 0; i < 100; i++)
        {
            var middle = (least + most) / 2;
            (least, most) = users.Sum(share => Present(share, appendsPerScore, Math.Exp(middle))) < residents ? (middle, most) : (least, middle);
        }

        var stay = Math.Exp(least);
        return new(users.Sum(share => share * Present(share, appendsPerScore, stay)), stay);
    }

    /// <summary>
    /// Share of the time that a user is there. It is away until its next score, 1/share scores on average, and then there until its uses pause for
    /// a stay, (e^(rate stay) - 1) / rate. Without appends this is Che's 1 - e^(-share stay).
    /// </summary>
    private static double Present(double share, double appendsPerScore, double stay)
    {
        var rate = share * (1 + appendsPerScore);
        return 1 / (1 + ((1 + appendsPerScore) / double.ExpM1(rate * stay)));
    }
}
