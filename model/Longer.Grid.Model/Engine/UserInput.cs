namespace Longer.Grid.Model;

/// <summary>All of a user that the model reads.</summary>
/// <param name="History">The committed events.</param>
/// <param name="Features">The user id and profile. Another instance means that the profile has changed.</param>
public sealed record UserInput(HistorySnapshot History, UserFeatures Features);
