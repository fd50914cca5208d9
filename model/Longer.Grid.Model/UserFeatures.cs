namespace Longer.Grid.Model;

/// <summary>What the user token is made of (MODEL.md section 5).</summary>
/// <param name="UserKey">Key of the user id.</param>
/// <param name="Profile">Profile values by name; a name that is absent is a missing value, one that the model does not name is ignored.</param>
public sealed record UserFeatures(ulong UserKey, IReadOnlyDictionary<string, ulong> Profile)
{
    /// <summary>A user without a profile.</summary>
    public static UserFeatures Of(string userId) => new(EntityKey.Of(userId), new Dictionary<string, ulong>());
}
