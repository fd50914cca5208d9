namespace Longer.Grid.Training;

/// <summary>One file that a commit touched.</summary>
/// <param name="Status">A for added, D for deleted, anything else for modified.</param>
/// <param name="Path">From the repository's root; <see langword="null"/> where it is not UTF-8.</param>
internal readonly record struct GitTouch(char Status, string? Path)
{
    /// <summary>The action's name in the grid.</summary>
    public string Action => Status switch
    {
        'A' => "add",
        'D' => "delete",
        _ => "modify",
    };
}
