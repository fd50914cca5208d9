using System.Collections.Frozen;
using System.Collections.Immutable;
using Longer.Grid.Model;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Longer.Grid.Grains;

/// <inheritdoc cref="IUserGrain"/>
/// <remarks>
/// Reentrant: reads interleave with everything. Writes take turns at <c>_turn</c>. What is in memory changes only after the store has
/// committed it, in one step between two awaits, so a read always sees a committed state.
/// </remarks>
[Reentrant]
[ServingPlacement]
internal sealed partial class UserGrain(
    IBehaviorStore store, EventRepeats repeats, ModelHost models, ActiveUsers here, ModelTallies tallies, ServedScores served, ServingOptions options, Retention retention, TimeProvider time, ILocalSiloDetails silo,
    ILogger<UserGrain> log)
    : Grain, IUserGrain, IUserReencoding, IUserOutcomes, IGrainMigrationParticipant, IDisposable
{
    private const string CarriedKey = "longer.user";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _writers;
    private long? _epoch;
    private bool _mustReload;
    private Task<UserLife>? _life;
    private UserKv? _kv;
    private Task? _refresh;
    private Task? _reencoding;
    private Task<UserLife>? _widening;
    private Task<bool>? _lookingBack;
    private CarriedUser? _carried;

    /// <summary>The user's place on the device; read from any thread.</summary>
    internal UserKv? Kv => _kv;

    private string UserId => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        here.Add(GrainContext);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        here.Remove(GrainContext);
        served.Forget(UserId);
        DropKv();
        if (_life is { IsCompletedSuccessfully: true } life && life.Result is { IsEmpty: true, Epoch: { } epoch })
        {
            try
            {
                // A write that was refused once the user was taken over leaves nothing behind.
                await store.ForgetAsync(UserId, epoch, expectedOrdinal: 0, onlyIfEmpty: true);
            }
            catch (GridException e)
            {
                LogEmptyHeadLeft(e);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The events go along, if there is no doubt about what is committed; the state on the device is computed anew.</remarks>
    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        var carried = _life switch
        {
            // What came along and was not asked for goes on.
            null => _carried,
            { IsCompletedSuccessfully: true } life when life.Result is { IsRead: true, Epoch: not null } && !_mustReload => life.Result.Carry(),
            _ => null,
        };
        if (carried is not null)
        {
            dehydrationContext.TryAddValue(CarriedKey, carried);
        }
    }

    /// <inheritdoc/>
    public void OnRehydrate(IRehydrationContext rehydrationContext) => rehydrationContext.TryGetValue(CarriedKey, out _carried);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <inheritdoc/>
    public async Task<HistoryPage> GetHistoryAsync(int limit, long? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var life = await LifeAsync();
        var end = Math.Min(before ?? long.MaxValue, life.History.NextOrdinal);
        var from = Math.Max(0, end - limit);
        if (from >= end)
        {
            return new([], Next: null);
        }

        // From the event before on: whether it is still kept says whether there is a next page.
        var segments = await store.ReadSegmentsAsync(UserId, Math.Max(0, from - 1) / StoredSegment.Capacity, (end - 1) / StoredSegment.Capacity);
        var events = ImmutableArray.CreateBuilder<KeptEvent>();
        foreach (var segment in segments.Reverse())
        {
            var read = StoredEvents.Read(UserId, segment);
            for (var i = read.Length - 1; i >= 0; i--)
            {
                if (segment.FirstOrdinal + i is var ordinal && ordinal >= from && ordinal < end)
                {
                    events.Add(new KeptEvent(ordinal, read[i]));
                }
            }
        }

        return new(events.ToImmutable(), segments.Count > 0 && segments[0].FirstOrdinal < from ? from : null);
    }

    /// <inheritdoc/>
    public async Task<UserStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var loaded = _life is { IsCompletedSuccessfully: true };
        var life = await LifeToItsOldestAsync();

        // All of one state: nothing is awaited from here on.
        var (history, oldest) = (life.History.Snapshot(), life.Oldest);
        var resident = _kv is { IsResident: true };
        return new(
            history.NextOrdinal,
            oldest?.Ordinal ?? 0,
            oldest?.AtMs,
            history.Count > 0 ? history.AtMs(history.NextOrdinal - 1) : null,
            resident ? UserTier.Device : (loaded || life.WasCarried) && !life.IsEmpty ? UserTier.Host : UserTier.Store,
            silo.Name,
            _kv?.ModelVersion,
            _kv?.DeviceBytes ?? 0,
            life.HostBytes);
    }

    /// <summary>The user with its oldest kept event, which may be older than all that is in memory.</summary>
    private async Task<UserLife> LifeToItsOldestAsync()
    {
        while (true)
        {
            var life = await LifeAsync();
            if (life.IsEmptyOfEvents || life.Oldest is not null)
            {
                return life;
            }

            // One reading for all who ask, in the writers' order: between two writes the store's state is the one in memory.
            await (_lookingBack is { IsCompleted: false } reading ? reading : _lookingBack = WriteAsync(
                async now =>
                {
                    await now.LookBackAsync(store);
                    return true;
                },
                CancellationToken.None));
        }
    }

    /// <summary>The user as committed; loaded by the first call, and again after a failure.</summary>
    private async Task<UserLife> LifeAsync()
    {
        var loading = _life ??= ReadAsync();
        try
        {
            return await loading;
        }
        catch
        {
            if (_life == loading)
            {
                _life = null;
            }

            throw;
        }
    }

    /// <summary>Takes over a user of whom there is something. Asking about a stranger writes nothing: the first write takes that one over.</summary>
    private async Task<UserLife> ReadAsync() =>
        await store.ReadHeadAsync(UserId) is null ? UserLife.OfNothing(UserId) : await LoadAsync(wanted: null);

    /// <summary>Takes the user over and reads what the active model needs.</summary>
    /// <param name="wanted">A model that is not the active one perhaps; what it needs is read too.</param>
    private async Task<UserLife> LoadAsync(LongerConfig? wanted)
    {
        var head = await OpenAsync();
        if (Interlocked.Exchange(ref _carried, null) is { } carried && wanted is null
            && carried.Epoch == head.PreviousEpoch && carried.NextOrdinal == head.NextOrdinal)
        {
            return UserLife.Arrived(UserId, head, carried);
        }

        IEnumerable<LongerConfig> readers = [.. models.Configs, .. new[] { wanted }.OfType<LongerConfig>()];
        var sides = readers.SelectMany(config => config.Sides).Select(side => side.Name).ToFrozenSet(StringComparer.Ordinal);
        return await UserLife.LoadAsync(store, UserId, head, Math.Max(EventsToKeep, wanted?.RetainedEvents ?? 0), sides);
    }

    private async Task<UserHead> OpenAsync()
    {
        // Until the store answers, the epoch may be the old one or the new one.
        _epoch = null;
        var head = await store.OpenAsync(UserId);
        _epoch = head.Epoch;
        return head;
    }

    /// <summary>The oldest segment that the store keeps of a user who has so many events.</summary>
    private long FirstSegment(long nextOrdinal) => retention.FirstSegment(nextOrdinal);

    /// <summary>Events in memory: what the models read that serve. All others are in the store alone.</summary>
    private long EventsToKeep => models.Configs.Select(config => config.RetainedEvents).DefaultIfEmpty(1).Max();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The head of a user without events could not be removed")]
    private partial void LogEmptyHeadLeft(Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A user could not be encoded anew; the version before serves the user meanwhile")]
    private partial void LogNotReencoded(Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The K/V state could not be refreshed after an append; the next score does it")]
    private partial void LogNotRefreshed(Exception e);
}
