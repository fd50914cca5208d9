using System.Collections.Concurrent;

namespace Longer.Grid.Grains;

/// <summary>The users whose grains are on this silo.</summary>
internal sealed class ActiveUsers
{
    private readonly ConcurrentDictionary<GrainId, IGrainContext> _users = new();

    /// <summary>How many.</summary>
    public int Count => _users.Count;

    /// <summary>Those that are here now; others come and go meanwhile.</summary>
    public IEnumerable<IGrainContext> All => _users.Values;

    public void Add(IGrainContext user) => _users[user.GrainId] = user;

    /// <summary>Takes a user out, unless another activation has come in its place.</summary>
    public void Remove(IGrainContext user) => _users.TryRemove(new(user.GrainId, user));
}
