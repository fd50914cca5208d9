using System.IO.Hashing;
using System.Text;

namespace Longer.Grid.Grains;

/// <summary>Which users a canary serves: the same in every process and after every start, and others for another version.</summary>
internal static class CanaryUsers
{
    /// <summary>Whether a user is in a version's part of so many percent. A larger part has all users of a smaller one.</summary>
    public static bool Includes(string userId, string version, int percent) => Place(userId, version) < percent;

    /// <summary>Where of a hundred places of the same size a user stands, from 0 on.</summary>
    private static int Place(string userId, string version)
    {
        var hash = new XxHash64();
        hash.Append(Encoding.UTF8.GetBytes(version));
        hash.Append([0]); // So that no version's end can be taken for a user's beginning.
        hash.Append(Encoding.UTF8.GetBytes(userId));
        return (int)(((UInt128)hash.GetCurrentHashAsUInt64() * 100) >> 64);
    }
}
