namespace Longer.Grid.Training;

/// <summary>One file of a clone, for as long as its path is the same.</summary>
/// <param name="candidate">The item: repository and path, with its side values.</param>
/// <param name="folder">Repository and the first two folders of the path.</param>
internal sealed class GitFile(RequestCandidate candidate, GitFolder folder)
{
    public RequestCandidate Candidate => candidate;

    public GitFolder Folder => folder;

    /// <summary>Where it stands among its folder's files; -1 while it does not exist.</summary>
    public int Index { get; private set; } = -1;

    /// <summary>Follows what a commit did to the file.</summary>
    public void Touched(string action)
    {
        var exists = action != "delete";
        if (exists && Index < 0)
        {
            Index = Folder.Existing.Count;
            Folder.Existing.Add(this);
        }
        else if (!exists && Index >= 0)
        {
            // The last one takes the place, so that the list has no holes.
            var last = Folder.Existing[^1];
            (Folder.Existing[Index], last.Index) = (last, Index);
            Folder.Existing.RemoveAt(Folder.Existing.Count - 1);
            Index = -1;
        }
    }
}
