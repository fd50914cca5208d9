using System.Numerics;
using System.Runtime.InteropServices;

namespace Longer.Grid.Training;

/// <summary>AdamW (Loshchilov and Hutter 2019), for tables by the rows that a step touched.</summary>
/// <remarks>
/// A row that nobody read keeps its weights and its moments, as in the "lazy" Adam of other frameworks: a dense step would cost by the
/// table, here a hundred times as much as by the rows. Only linear maps decay.
/// </remarks>
internal sealed class AdamW
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly RankingModule _module;
    private readonly double _weightDecay;
    private readonly Dictionary<string, Moments> _moments;
    private int _steps;

    /// <summary>Makes the moments, all zero.</summary>
    /// <param name="module">Whose parameters <see cref="Step"/> changes.</param>
    /// <param name="weightDecay">Share of the learning rate by which a linear map's weights fall in a step.</param>
    public AdamW(RankingModule module, double weightDecay)
    {
        _module = module;
        _weightDecay = weightDecay;
        _moments = module.Specs.ToDictionary(spec => spec.Name, spec => new Moments(spec.Elements), StringComparer.Ordinal);
    }

    /// <summary>Steps taken.</summary>
    public int Steps => _steps;

    /// <summary>Writes what the next step depends on beside the weights.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_steps);
        foreach (var spec in _module.Specs)
        {
            writer.Write(MemoryMarshal.AsBytes(_moments[spec.Name].First.AsSpan()));
            writer.Write(MemoryMarshal.AsBytes(_moments[spec.Name].Second.AsSpan()));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote for a module of the same parameters.</summary>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public void Read(BinaryReader reader)
    {
        _steps = reader.ReadInt32();
        foreach (var spec in _module.Specs)
        {
            reader.ReadExactly(MemoryMarshal.AsBytes(_moments[spec.Name].First.AsSpan()));
            reader.ReadExactly(MemoryMarshal.AsBytes(_moments[spec.Name].Second.AsSpan()));
        }
    }

    /// <summary>One step along gradients whose length is bounded.</summary>
    /// <param name="gradients">Of all parameters, summed over the step.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="longest">A longer gradient, over all parameters, is shortened to this.</param>
    /// <returns>Whether it was taken: where a gradient is not finite, weights and moments stay as they are.</returns>
    public bool Step(StepGradients gradients, double learningRate, double longest)
    {
        // No float's square overflows a double.
        var length = Math.Sqrt(gradients.SquaredLength());
        if (!double.IsFinite(length))
        {
            return false;
        }

        _steps++;
        var factor = (float)(length > longest ? longest / length : 1);
        var rate = (float)(learningRate * Math.Sqrt(1 - Math.Pow(Beta2, _steps)) / (1 - Math.Pow(Beta1, _steps)));
        foreach (var (name, gradient) in gradients.Dense)
        {
            var decay = IsLinear(name) ? (float)(1 - (learningRate * _weightDecay)) : 1;
            var moments = _moments[name];
            Update(_module[name].Floats(), gradient, moments.First, moments.Second, factor, rate, decay);
        }

        foreach (var (name, rows) in gradients.Tables)
        {
            var (weights, moments) = (_module[name], _moments[name]);
            var width = rows.Width;
            for (var i = 0; i < rows.Rows.Count; i++)
            {
                var at = rows.Rows[i] * width;
                Update(
                    weights.Floats().Slice(at, width), rows[i], moments.First.AsSpan(at, width), moments.Second.AsSpan(at, width), factor, rate, decay: 1);
            }
        }

        return true;
    }

    /// <summary>Whether a parameter is a linear map's weight.</summary>
    internal static bool IsLinear(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal)
        && (name.Contains(".in.", StringComparison.Ordinal) || name.Contains(".out.", StringComparison.Ordinal) || name.Contains(".attention.", StringComparison.Ordinal));

    private static void Update(Span<float> weights, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, float factor, float rate, float decay)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= weights.Length; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]) * factor;
            var m = (new Vector<float>(first[i..]) * Beta1) + (g * (1 - Beta1));
            var v = (new Vector<float>(second[i..]) * Beta2) + (g * g * (1 - Beta2));
            m.CopyTo(first[i..]);
            v.CopyTo(second[i..]);
            ((new Vector<float>(weights[i..]) * decay) - (rate * m / (Vector.SquareRoot(v) + new Vector<float>(Epsilon)))).CopyTo(weights[i..]);
        }

        for (; i < weights.Length; i++)
        {
            var g = gradient[i] * factor;
            first[i] = (first[i] * Beta1) + (g * (1 - Beta1));
            second[i] = (second[i] * Beta2) + (g * g * (1 - Beta2));
            weights[i] = (weights[i] * decay) - (rate * first[i] / (MathF.Sqrt(second[i]) + Epsilon));
        }
    }

    private sealed class Moments(long elements)
    {
        public float[] First { get; } = new float[elements];

        public float[] Second { get; } = new float[elements];
    }
}
