using System.Numerics.Tensors;

namespace Longer.Grid.Training;

/// <summary>Gradients of the rows of one table that a step touched.</summary>
/// <param name="tableRows">Rows of the table.</param>
/// <param name="width">Width of a row.</param>
internal sealed class RowGradients(int tableRows, int width)
{
    private readonly int[] _place = new int[tableRows]; // 1 + index in Rows; 0 for none.
    private float[] _values = [];

    public int Width => width;

    /// <summary>Touched rows, in the order they were first added.</summary>
    public List<int> Rows { get; } = [];

    /// <summary>Gradient of <c>Rows[index]</c>.</summary>
    public ReadOnlySpan<float> this[int index] => _values.AsSpan(index * width, width);

    public void Add(int[] rows, ReadOnlySpan<float> gradients)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            ref var place = ref _place[rows[i]];
            if (place == 0)
            {
                Rows.Add(rows[i]);
                place = Rows.Count;
                if (_values.Length < Rows.Count * width)
                {
                    Array.Resize(ref _values, Math.Max(64, 2 * Rows.Count) * width);
                }

                _values.AsSpan((place - 1) * width, width).Clear();
            }

            var sum = _values.AsSpan((place - 1) * width, width);
            TensorPrimitives.Add(sum, gradients.Slice(i * width, width), sum);
        }
    }

    public void Clear()
    {
        foreach (var row in Rows)
        {
            _place[row] = 0;
        }

        Rows.Clear();
    }

    public double SquaredLength() => StepGradients.SquaredLengthOf(_values.AsSpan(0, Rows.Count * width));
}
