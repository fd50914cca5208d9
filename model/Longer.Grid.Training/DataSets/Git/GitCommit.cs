namespace Longer.Grid.Training;

/// <summary>One commit as <c>git log --name-status</c> tells it.</summary>
/// <param name="AtSeconds">The author's time, in Unix seconds; a broken clock's as it is.</param>
/// <param name="Email">The author's address by the repository's mailmap; may be empty. Never shown.</param>
/// <param name="Name">The author's name by the repository's mailmap; may be empty. Never shown.</param>
/// <param name="Touches">Files touched.</param>
internal sealed record GitCommit(long AtSeconds, string Email, string Name, IReadOnlyList<GitTouch> Touches);
