namespace Longer.Grid.Training;

/// <summary>Consecutive queries that see the same keys: the candidates of one request, one group, one global token.</summary>
/// <param name="Query">Row of the first query.</param>
/// <param name="Queries">Queries, at least one.</param>
/// <param name="Group">Row of the first shared key: a run of full groups.</param>
/// <param name="Groups">Shared keys, oldest first; may be 0.</param>
/// <param name="Own">Row of the first key of the request's own: globals, then its partly filled group.</param>
/// <param name="OwnKeys">Own keys; may be 0.</param>
/// <param name="Self">Key row of the first query itself, for queries that see themselves and not each other; -1 for none.</param>
/// <param name="GroupCodes">Where the shared keys' bias codes begin; -1 without bias.</param>
/// <param name="OwnCodes">Where the own keys' bias codes begin; -1 without bias.</param>
internal readonly record struct AttentionTile(
    int Query, int Queries, int Group, int Groups, int Own, int OwnKeys, int Self, int GroupCodes, int OwnCodes)
{
    /// <summary>Keys that each query sees, itself included.</summary>
    public int Keys => Groups + OwnKeys + (Self >= 0 ? 1 : 0);
}
