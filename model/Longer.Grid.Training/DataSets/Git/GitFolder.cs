namespace Longer.Grid.Training;

/// <summary>The files that a folder has at the moment that a log has been followed to.</summary>
internal sealed class GitFolder
{
    public List<GitFile> Existing { get; } = [];
}
