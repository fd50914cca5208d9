namespace Longer.Grid.Training;

/// <summary>A step that was not taken because its loss or its gradient was no finite number: weights and moments stayed as they were.</summary>
/// <param name="Number">Which of the fit's steps, from 1.</param>
/// <param name="Why">What was not finite.</param>
/// <param name="Users">Whose requests the step was of, and their ids.</param>
public sealed record DroppedStep(int Number, string Why, IReadOnlyList<(string UserId, IReadOnlyList<string> RequestIds)> Users)
{
    /// <summary>All of it in one line.</summary>
    public override string ToString() =>
        $"step {Number}: {Why}; requests {string.Join("; ", Users.Select(user => $"{string.Join(", ", user.RequestIds)} of user {user.UserId}"))}";
}
