namespace Longer.Grid.Benchmarks;

/// <summary>Repeated measurements of one thing.</summary>
/// <param name="Median">The middle one.</param>
/// <param name="Low">A tenth are below.</param>
/// <param name="High">A tenth are above.</param>
public sealed record Spread(double Median, double Low, double High)
{
    /// <summary>Of some measurements, at least one.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new(At(0.5), At(0.1), At(0.9));

        double At(double share)
        {
            var place = share * (sorted.Length - 1);
            var below = (int)place;
            return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
        }
    }
}
