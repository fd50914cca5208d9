using System.Collections.Concurrent;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway.Tests;

/// <summary>
/// Grains without a silo, for what a real one cannot be made to do on demand. The rest is tested against a real silo.
/// </summary>
public sealed class FakeGrid : IGrainFactory
{
    private readonly ConcurrentDictionary<string, FakeUser> _users = new(StringComparer.Ordinal);
    private long _changes;

    public FakeGrid() => (Registry, Cluster, Outcomes) = (new FakeRegistry(this), new FakeCluster(this), new FakeOutcomes(this));

    public FakeModelStore Store { get; } = new();

    public FakeRegistry Registry { get; }

    public FakeCluster Cluster { get; }

    public FakeOutcomes Outcomes { get; }

    /// <summary>Changes of any state so far: a refused request leaves it as it was.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Runs before every call of a grain, with the call's name: throws what should fail, waits where it should hang.</summary>
    public Func<string, CancellationToken, Task>? Before { get; set; }

    public FakeUser User(string id) => _users.GetOrAdd(id, key => new FakeUser(this, key));

    public void Change() => Interlocked.Increment(ref _changes);

    public Task BeforeAsync(string call, CancellationToken cancellationToken) => Before?.Invoke(call, cancellationToken) ?? Task.CompletedTask;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => (TGrainInterface)(object)User(primaryKey);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        (TGrainInterface)(typeof(TGrainInterface) == typeof(IClusterGrain) ? Cluster : typeof(TGrainInterface) == typeof(IOutcomeGrain) ? Outcomes : (object)Registry);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => throw new NotSupportedException();

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => throw new NotSupportedException();

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    IAddressable IGrainFactory.GetGrain(Type grainInterfaceType, IdSpan grainPrimaryKey) => throw new NotSupportedException();

    IAddressable IGrainFactory.GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId) => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => throw new NotSupportedException();
}
