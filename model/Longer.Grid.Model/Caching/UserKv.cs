namespace Longer.Grid.Model;

/// <summary>
/// A user's place in the K/V memory of a device. It holds nothing until a score fills it, and may be emptied at any time that no call
/// reads it; the next score fills it again.
/// </summary>
public sealed class UserKv : IDisposable
{
    internal UserKv(KvPool pool) => Pool = pool;

    /// <summary>Whether a complete state is on the device.</summary>
    public bool IsResident => State?.Encoded is not null;

    /// <summary>Device memory that it holds.</summary>
    public long DeviceBytes => State?.Bytes ?? 0;

    /// <summary>The version that computed the state; <see langword="null"/> without one.</summary>
    public string? ModelVersion => State is { Encoded: not null } state ? state.Engine.Version : null;

    /// <summary>When it was used last, as a number that grows with each use of the device.</summary>
    public long LastUse { get; internal set; }

    /// <summary>Whether an engine computed the state that is there.</summary>
    public bool IsOf(LongerEngine engine) => State is { Encoded: not null } state && state.Engine == engine;

    /// <summary>Takes the place of another one of the same user in the order of who goes first when there is no room, and disposes it.</summary>
    public void Replace(UserKv other) => Pool.Replace(other, this);

    internal KvPool Pool { get; }

    internal UserGate Gate { get; } = new();

    /// <summary>Written by the pool under its lock, and by who holds the gate for writing and a lease.</summary>
    internal volatile KvState? State;

    internal int Leases;
    internal bool IsDisposed;
    internal LinkedListNode<UserKv>? Recency;

    /// <summary>Gives the memory back, once the last call that reads it has ended.</summary>
    public void Dispose() => Pool.Forget(this);
}
