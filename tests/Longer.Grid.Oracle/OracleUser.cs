namespace Longer.Grid.Oracle;

/// <summary>A user, with ids as text.</summary>
/// <param name="UserId">The user; integers are written in decimal.</param>
/// <param name="Profile">Profile values by name; a name that is absent is a missing value.</param>
public sealed record OracleUser(string UserId, IReadOnlyDictionary<string, string> Profile);
