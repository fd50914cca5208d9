using System.Numerics;
using System.Numerics.Tensors;

namespace Longer.Grid.Training;

/// <summary>The gradients of one step, summed over the training threads' replicas in their order.</summary>
internal sealed class StepGradients
{
    /// <summary>Makes room for a module's gradients.</summary>
    public StepGradients(RankingModule module)
    {
        foreach (var spec in module.Specs)
        {
            if (RankingModule.IsTable(spec.Name))
            {
                Tables.Add(spec.Name, new RowGradients(spec.Shape[0], spec.Shape[1]));
            }
            else
            {
                Dense.Add(spec.Name, new float[spec.Elements]);
            }
        }
    }

    /// <summary>Whole gradients by parameter.</summary>
    public Dictionary<string, float[]> Dense { get; } = new(StringComparer.Ordinal);

    /// <summary>Gradients of touched rows by table.</summary>
    public Dictionary<string, RowGradients> Tables { get; } = new(StringComparer.Ordinal);

    /// <summary>Forgets the last step.</summary>
    public void Clear()
    {
        foreach (var gradient in Dense.Values)
        {
            Array.Clear(gradient);
        }

        foreach (var rows in Tables.Values)
        {
            rows.Clear();
        }
    }

    /// <summary>Adds a replica's gradients and clears them there.</summary>
    public void TakeFrom(RankingModule replica)
    {
        foreach (var (name, sum) in Dense)
        {
            using var gradient = replica[name].grad;
            if (gradient is not null)
            {
                TensorPrimitives.Add(sum, gradient.Floats(), sum);
                gradient.Floats().Clear();
            }
        }

        foreach (var read in replica.TableReads)
        {
            using var gradient = read.Values.grad;
            if (gradient is not null)
            {
                Tables[read.Table].Add(read.Rows, gradient.Floats());
            }

            read.Values.Dispose();
        }

        replica.TableReads.Clear();
    }

    /// <summary>Sum of squares over all gradients.</summary>
    public double SquaredLength() =>
        Dense.Values.Sum(gradient => SquaredLengthOf(gradient)) + Tables.Values.Sum(rows => rows.SquaredLength());

    /// <summary>Sum of squares in an order that depends on the length alone; that of TensorPrimitives depends on where the memory lies.</summary>
    internal static double SquaredLengthOf(ReadOnlySpan<float> values)
    {
        var sums = Vector<double>.Zero;
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var low, out var high);
            sums += (low * low) + (high * high);
        }

        var sum = Vector.Sum(sums);
        for (; i < values.Length; i++)
        {
            sum += (double)values[i] * values[i];
        }

        return sum;
    }
}
