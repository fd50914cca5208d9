using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>One user: the behaviours, the profile, and the attention state computed from them. The key is the user id.</summary>
/// <remarks>
/// Reads interleave with everything and use the last committed state; writes run one after another (DESIGN.md section 4). Item,
/// side and profile ids are strings throughout: a canonical decimal integer is the same id as the number.
/// </remarks>
[Alias("longer.user")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>Adds events in time order, dropping repeats; answers once they are durable.</summary>
    /// <param name="events">1 to 10,000, in any order.</param>
    /// <param name="cancellationToken">Abandons the call before it changes anything; never after.</param>
    /// <exception cref="OverloadedException">The user's writer queue is full. Nothing was changed.</exception>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so. The same batch may be sent again.</exception>
    /// <exception cref="StaleWriterException">Another activation owns the user now; the same batch may be sent again.</exception>
    [Alias("append")]
    Task<AppendResult> AppendAsync(ImmutableArray<BehaviorEvent> events, CancellationToken cancellationToken);

    /// <summary>Replaces the whole history at once. The profile stays.</summary>
    /// <param name="events">1 to 10,000, in any order; repeats within them are dropped.</param>
    /// <param name="cancellationToken">Abandons the call before it changes anything; never after.</param>
    /// <exception cref="OverloadedException">The user's writer queue is full. Nothing was changed.</exception>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    /// <exception cref="StaleWriterException">Another activation owns the user now.</exception>
    [Alias("replace")]
    Task<AppendResult> ReplaceAsync(ImmutableArray<BehaviorEvent> events, CancellationToken cancellationToken);

    /// <summary>Scores candidates against all committed events. Changes nothing that can be seen.</summary>
    /// <exception cref="NoActiveModelException">No model has been activated.</exception>
    /// <exception cref="UnknownTaskException">The request ranks by a task that the model does not have.</exception>
    /// <exception cref="OverloadedException">The device's queue is full, or the request's time would pass in it.</exception>
    /// <remarks>The request's own time is what ends it; a caller may ask for up to ten minutes.</remarks>
    [Alias("score"), ResponseTimeout("00:10:30")]
    Task<ScoreResult> ScoreAsync(ScoreRequest request, CancellationToken cancellationToken);

    /// <summary>A page of the history, newest first.</summary>
    /// <param name="limit">1 to 1,000 events.</param>
    /// <param name="before">Only events of smaller ordinals; <see langword="null"/> starts at the newest.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    [Alias("history")]
    Task<HistoryPage> GetHistoryAsync(int limit, long? before, CancellationToken cancellationToken);

    /// <summary>Where the user's state is and how much there is of it.</summary>
    [Alias("status")]
    Task<UserStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the profile; it counts from the next score on.</summary>
    /// <param name="features">Feature names are unique; empty clears the profile.</param>
    /// <param name="cancellationToken">Abandons the call before it changes anything; never after.</param>
    /// <exception cref="OverloadedException">The user's writer queue is full. Nothing was changed.</exception>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    /// <exception cref="StaleWriterException">Another activation owns the user now.</exception>
    [Alias("profile")]
    Task SetProfileAsync(ImmutableArray<Feature> features, CancellationToken cancellationToken);

    /// <summary>Erases every trace of the user: store, host and device. Also answers when there was none.</summary>
    /// <exception cref="OverloadedException">The user's writer queue is full. Nothing was changed.</exception>
    /// <exception cref="StoreUnavailableException">The store did not commit, or did not say so.</exception>
    [Alias("forget")]
    Task ForgetAsync(CancellationToken cancellationToken);
}
