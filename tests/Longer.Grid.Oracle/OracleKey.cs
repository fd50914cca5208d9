namespace Longer.Grid.Oracle;

/// <summary>Key and value of one token in one layer, all heads side by side.</summary>
internal sealed record OracleKey(double[] K, double[] V);
