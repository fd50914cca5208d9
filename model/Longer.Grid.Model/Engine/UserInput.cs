namespace Longer.Grid.Model;

/// <summary>All of a user that the model reads.</summary>
/// <param name="History">The committed events.</param>
/// <param name="Features">The user id and profile. Another instance means that the profile has changed.</param>
public sealed record UserInput(HistorySnapshot History, UserFeatures Features)
{
    /// <summary>Whether this says all that another input of the user does. An input of an earlier moment of the same history is known, and so is its profile: the later one came with the later events.</summary>
    public bool Knows(UserInput other)
    {
        var ahead = History.NextOrdinal - other.History.NextOrdinal;
        return History.Life == other.History.Life && (ahead > 0 || (ahead == 0 && ReferenceEquals(Features, other.Features)));
    }
}
