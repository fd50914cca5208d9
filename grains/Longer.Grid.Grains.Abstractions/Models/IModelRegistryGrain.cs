using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Longer.Grid.Grains;

/// <summary>Which model versions there are and which one serves. There is one such grain: key 0.</summary>
[Alias("longer.model-registry")]
public interface IModelRegistryGrain : IGrainWithIntegerKey
{
    /// <summary>All versions, newest first, with the active and the previous one.</summary>
    [AlwaysInterleave]
    [Alias("list")]
    Task<ModelList> ListAsync(CancellationToken cancellationToken);

    /// <summary>Checks an upload on a serving silo and lists it. The same files again change nothing.</summary>
    /// <param name="uploadId">An <see cref="IModelUpload"/> whose parts are all written, on the store that the silos share.</param>
    /// <param name="cancellationToken">Abandons the call before the version is listed.</param>
    /// <exception cref="ModelRejectedException">A file breaks the contract. Nothing is left of the upload.</exception>
    /// <remarks>An upload of 16 GiB is hashed and read once: that takes longer than an ordinary call may.</remarks>
    [Alias("publish"), ResponseTimeout("00:30:00")]
    Task<PublishResult> PublishAsync(string uploadId, CancellationToken cancellationToken);

    /// <summary>Makes a listed version serve in the place of the one that it comes from, unless somebody has decided otherwise.</summary>
    /// <param name="version">The version.</param>
    /// <param name="before">The one that has to be active.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>As <see cref="ActivateAsync"/> gives it.</returns>
    /// <exception cref="ModelRejectedException">As for <see cref="ActivateAsync"/>; or another version is active or on its way, or this one was rolled back.</exception>
    /// <exception cref="CanaryRunningException">There is a canary, which may be this very version.</exception>
    [AlwaysInterleave]
    [Alias("succeed"), ResponseTimeout("00:30:00")]
    Task<ModelState> SucceedAsync(string version, string before, CancellationToken cancellationToken);

    /// <summary>Takes note of what a training period did, for whoever lists models.</summary>
    [Alias("trained")]
    Task TrainedAsync(TrainingPeriodReport period, CancellationToken cancellationToken);

    /// <summary>Makes a listed version the one that serves.</summary>
    /// <returns>The version's state: <see cref="ModelState.Active"/> once every serving silo answers with it, else how far it is.</returns>
    /// <exception cref="UnknownModelException">No such version is listed.</exception>
    /// <exception cref="CanaryRunningException">Another version is the canary.</exception>
    /// <exception cref="ModelRejectedException">A silo cannot load it: its files are broken, or the K/V memory is too small for it.</exception>
    /// <remarks>Loading takes as long as the model is large. The canary is loaded already.</remarks>
    [AlwaysInterleave]
    [Alias("activate"), ResponseTimeout("00:30:00")]
    Task<ModelState> ActivateAsync(string version, CancellationToken cancellationToken);

    /// <summary>Makes a listed version the canary: it serves a fixed part of the users, the active one all others. Again, it serves another part.</summary>
    /// <param name="version">The version; of the active one nothing is changed.</param>
    /// <param name="percent">How many users of a hundred, 1 to 99. A larger part has all users of a smaller one.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    /// <returns>The version's state: <see cref="ModelState.Canary"/> once every serving silo answers with it, else how far it is.</returns>
    /// <exception cref="UnknownModelException">No such version is listed.</exception>
    /// <exception cref="CanaryRunningException">Another version is the canary.</exception>
    /// <exception cref="ModelRejectedException">As for <see cref="ActivateAsync"/>; or no version is active that would serve the others.</exception>
    [AlwaysInterleave]
    [Alias("start-canary"), ResponseTimeout("00:30:00")]
    Task<ModelState> StartCanaryAsync(string version, int percent, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the canary, and nothing else, where there is one. Else makes the version active again that was before the active one; while users of it
    /// are left, it serves at once.
    /// </summary>
    /// <returns>The version that serves all then, and its state as <see cref="ActivateAsync"/> gives it.</returns>
    /// <exception cref="UnknownModelException">No version was active before.</exception>
    /// <exception cref="ModelRejectedException">As for <see cref="ActivateAsync"/>.</exception>
    [AlwaysInterleave]
    [Alias("rollback"), ResponseTimeout("00:30:00")]
    Task<RolledBack> RollBackAsync(CancellationToken cancellationToken);

    /// <summary>The versions that are on their way, the one that goes first at the front; none where all users are served by the active one.</summary>
    [AlwaysInterleave]
    [Alias("rollouts")]
    Task<ImmutableArray<RolloutReport>> RolloutsAsync(CancellationToken cancellationToken);
}

/// <summary>What became of an upload.</summary>
/// <param name="Version">The version that its files name.</param>
/// <param name="Created">Whether it was not listed before.</param>
[GenerateSerializer, Immutable, Alias("longer.publish-result")]
public sealed record PublishResult([property: Id(0)] string Version, [property: Id(1)] bool Created);

/// <summary>What serves again.</summary>
/// <param name="Version">The version.</param>
/// <param name="State">How far it is.</param>
[GenerateSerializer, Immutable, Alias("longer.rolled-back")]
public sealed record RolledBack([property: Id(0)] string Version, [property: Id(1)] ModelState State);

/// <summary>All listed models.</summary>
/// <param name="Active">The version that serves.</param>
/// <param name="Previous">The version that served before it.</param>
/// <param name="Models">Newest first.</param>
/// <param name="Flip">How often it was changed which versions serve whom.</param>
/// <param name="Canary">The version that serves a part of the users, and how large a part; <see langword="null"/> without one.</param>
/// <param name="Training">The last training period; <see langword="null"/> before the first.</param>
[GenerateSerializer, Immutable, Alias("longer.model-list")]
public sealed record ModelList(
    [property: Id(0)] string? Active,
    [property: Id(1)] string? Previous,
    [property: Id(2)] ImmutableArray<ModelInfo> Models,
    [property: Id(3)] long Flip = 0,
    [property: Id(4)] CanaryShare? Canary = null,
    [property: Id(10)] TrainingPeriodReport? Training = null);

/// <summary>One listed model.</summary>
/// <param name="Version">Lower-case hex, named by its contents.</param>
/// <param name="CreatedAtMs">When it was listed, in Unix milliseconds.</param>
/// <param name="State">How far it is from serving.</param>
/// <param name="MetricsJson">The <c>metrics.json</c> that came with it, a JSON object; <see langword="null"/> without one.</param>
/// <param name="Parent">The version that its training started from; <see langword="null"/> where unknown.</param>
/// <param name="RolledBack">Why the guard took it back; <see langword="null"/> where it did not, or the version was activated since.</param>
[GenerateSerializer, Immutable, Alias("longer.model-info")]
public sealed record ModelInfo(
    [property: Id(0)] string Version,
    [property: Id(1)] long CreatedAtMs,
    [property: Id(2)] ModelState State,
    [property: Id(3)] string? MetricsJson,
    [property: Id(4)] string? Parent,
    [property: Id(5)] GuardedRollback? RolledBack = null);

/// <summary>How far a version is from serving.</summary>
[GenerateSerializer, Alias("longer.model-state")]
public enum ModelState
{
    /// <summary>In the store, loaded nowhere.</summary>
    Published,

    /// <summary>Being loaded beside the active one.</summary>
    Loading,

    /// <summary>Serving.</summary>
    Active,

    /// <summary>Serving a part of the users.</summary>
    Canary,
}
