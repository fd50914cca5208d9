namespace Longer.Grid.Oracle;

/// <summary>The four formulas that layers are made of, in double precision.</summary>
internal static class OracleMath
{
    /// <summary>W·x + b with W of shape <c>[out, in]</c>.</summary>
    public static double[] Linear(float[] weight, float[] bias, double[] x)
    {
        var y = new double[bias.Length];
        for (var o = 0; o < y.Length; o++)
        {
            double sum = bias[o];
            for (var i = 0; i < x.Length; i++)
            {
                sum += weight[(o * x.Length) + i] * x[i];
            }

            y[o] = sum;
        }

        return y;
    }

    public static double[] LayerNorm(float[] weight, float[] bias, double[] x)
    {
        var mean = x.Average();
        var variance = x.Average(value => (value - mean) * (value - mean));
        return [.. x.Select((value, i) => ((value - mean) / Math.Sqrt(variance + 1e-5) * weight[i]) + bias[i])];
    }

    public static double[] Gelu(double[] x) => [.. x.Select(value => 0.5 * value * (1 + Erf(value / Math.Sqrt(2))))];

    public static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    /// <summary>erf by the series 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (2n+1)!!, whose terms all have one sign.</summary>
    public static double Erf(double x)
    {
        // From here on it is 1 to the last bit of a double.
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
