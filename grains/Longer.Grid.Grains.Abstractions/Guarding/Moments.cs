namespace Longer.Grid.Grains;

/// <summary>What mean and spread of some values are made from; of none, it is the default.</summary>
/// <param name="Count">How many values.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="Squares">The sum of their squares.</param>
[GenerateSerializer, Immutable, Alias("longer.moments")]
public readonly record struct Moments([property: Id(0)] long Count, [property: Id(1)] double Sum, [property: Id(2)] double Squares)
{
    /// <summary>The mean; not a number where there is no value.</summary>
    public double Mean => Sum / Count;

    /// <summary>The variance of the mean, as the values' own spread tells it.</summary>
    public double VarianceOfMean => Math.Max(0, (Squares / Count) - (Mean * Mean)) / Count;

    /// <summary>These values and another one.</summary>
    public Moments With(double value) => new(Count + 1, Sum + value, Squares + (value * value));

    /// <summary>The values of both.</summary>
    public static Moments operator +(Moments left, Moments right) => new(left.Count + right.Count, left.Sum + right.Sum, left.Squares + right.Squares);

    /// <summary>The values of both.</summary>
    public static Moments Add(Moments left, Moments right) => left + right;
}
