namespace Longer.Grid.Training;

/// <summary>Numbers the different rows of a table that a pass reads.</summary>
internal sealed class TableIndex(int rows)
{
    private readonly int[] _pass = new int[rows];
    private readonly int[] _number = new int[rows];
    private int _passes;

    /// <summary>From rows to different rows and, for each, its number among them.</summary>
    public (int[] Different, int[] Numbers) Of(int[] rows)
    {
        _passes++;
        var different = new List<int>();
        var numbers = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            if (_pass[row] != _passes)
            {
                _pass[row] = _passes;
                _number[row] = different.Count;
                different.Add(row);
            }

            numbers[i] = _number[row];
        }

        return ([.. different], numbers);
    }
}
