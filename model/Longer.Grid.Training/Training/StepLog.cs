using System.Globalization;

namespace Longer.Grid.Training;

/// <summary>Counts what a fit's steps do, and ends one that does not get on.</summary>
/// <param name="module">What is fitted.</param>
/// <param name="learningRate">Named to who has to lower it.</param>
internal sealed class StepLog(RankingModule module, double learningRate)
{
    /// <summary>A dropped step changes nothing, so that many in a row say that the weights are the reason and not the requests.</summary>
    public const int MostDroppedInARow = 32;

    private readonly Dictionary<string, bool[]> _touched =
        module.Specs.Where(spec => RankingModule.IsTable(spec.Name)).ToDictionary(spec => spec.Name, spec => new bool[spec.Shape[0]], StringComparer.Ordinal);

    private readonly Dictionary<string, long> _touches = new(StringComparer.Ordinal);
    private readonly List<DroppedStep> _dropped = [];
    private Dictionary<EncodedUser, TrainedUser> _users = [];
    private int _steps;
    private int _inARow;
    private long _candidates;

    /// <summary>Candidates of the steps taken.</summary>
    public long Candidates => _candidates;

    /// <summary>Steps not taken.</summary>
    public IReadOnlyList<DroppedStep> Dropped => _dropped;

    /// <summary>Says whose requests the next steps are made of.</summary>
    public void Of(IEnumerable<TrainedUser> users) => _users = users.ToDictionary(user => user.Encoded);

    /// <summary>Counts a step that was taken.</summary>
    public void Take(List<RequestSpan> step, StepGradients gradients)
    {
        _steps++;
        _inARow = 0;
        _candidates += step.Sum(span => span.Candidates);
        foreach (var (table, rows) in gradients.Tables)
        {
            for (var i = 0; i < rows.Rows.Count; i++)
            {
                // Row 0 also fills the empty slots of groups, without effect.
                if (rows[i].ContainsAnyExcept(0f))
                {
                    _touches[table] = _touches.GetValueOrDefault(table) + 1;
                    _touched[table][rows.Rows[i]] = true;
                }
            }
        }
    }

    /// <summary>Counts a step that was not taken.</summary>
    /// <exception cref="TrainingException">It is one of too many in a row.</exception>
    public void Drop(List<RequestSpan> step, double loss)
    {
        var why = double.IsFinite(loss) ? "its gradient is not finite" : string.Create(CultureInfo.InvariantCulture, $"its loss is {loss}");
        _dropped.Add(new(_steps + _dropped.Count + 1, why, [.. step.GroupBy(span => span.User).Select(user => (_users[user.Key].UserId, Ids(user)))]));
        if (++_inARow == MostDroppedInARow)
        {
            throw Failed($"{MostDroppedInARow} steps in a row were dropped after {_steps} taken ones", _dropped[^MostDroppedInARow]);
        }
    }

    /// <summary>What there is to tell at the end.</summary>
    /// <exception cref="TrainingException">No more steps were taken than dropped.</exception>
    public TrainingReport Close() => _dropped.Count > 0 && _dropped.Count >= _steps
        ? throw Failed($"{_dropped.Count} steps were dropped and {_steps} taken", _dropped[0])
        : Report();

    /// <summary>What has been done so far.</summary>
    public TrainingReport Report() => new(_candidates, _steps, _dropped, [.. _touched.Select(table => new TouchedRows(
            table.Key[..^".weight".Length], table.Value.Length, table.Value.Count(touched => touched), _touches.GetValueOrDefault(table.Key) / (double)_steps))]);

    private List<string> Ids(IEnumerable<RequestSpan> spans) =>
        [.. spans.SelectMany(span => _users[span.User].Requests.Skip(span.First).Take(span.Count)).Select(request => request.Id)];

    private TrainingException Failed(string what, DroppedStep first) => new(string.Create(
        CultureInfo.InvariantCulture, $"{what}; try a lower learning rate than {learningRate}, or look at what the first of them was of: {first}"));
}
