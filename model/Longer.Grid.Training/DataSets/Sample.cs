namespace Longer.Grid.Training;

/// <summary>A request and the user who made it.</summary>
/// <param name="User">Whose history the request sees.</param>
/// <param name="Request">One of that user's requests.</param>
public readonly record struct Sample(UserSamples User, Request Request);
