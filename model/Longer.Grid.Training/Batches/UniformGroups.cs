namespace Longer.Grid.Training;

/// <summary>Groups spread evenly over a run of groups (<see cref="QueryChoice.Uniform"/>).</summary>
internal static class UniformGroups
{
    /// <summary>Chooses.</summary>
    /// <param name="oldest">The first group of the run.</param>
    /// <param name="newest">The last; below <paramref name="oldest"/> where there is none.</param>
    /// <param name="most">k, at least 1.</param>
    /// <returns>All if there are no more than k, else k of them, the newest always; ascending.</returns>
    public static long[] Of(long oldest, long newest, int most)
    {
        var visible = Math.Max(0, newest - oldest + 1);
        var chosen = new long[Math.Min(most, visible)];
        for (var i = 0L; i < chosen.Length; i++)
        {
            // The last group of each k-th of the run.
            chosen[i] = oldest + ((((i + 1) * visible) + chosen.Length - 1) / chosen.Length) - 1;
        }

        return chosen;
    }
}
