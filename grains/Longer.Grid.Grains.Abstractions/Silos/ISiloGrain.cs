namespace Longer.Grid.Grains;

/// <summary>One serving silo, as the others speak to it. The key is its address; the grain lives on that silo and nowhere else.</summary>
/// <remarks>Every call throws <c>SiloUnavailableException</c> once the silo is not in the cluster any more.</remarks>
[Alias("longer.silo")]
public interface ISiloGrain : IGrainWithStringKey
{
    /// <summary>Loads a version beside the one that serves; one that was loaded before and never served goes.</summary>
    /// <exception cref="ModelRejectedException">Its files are broken, or the K/V memory is too small for it.</exception>
    /// <remarks>Loading takes as long as the model is large.</remarks>
    [Alias("load"), ResponseTimeout("00:30:00")]
    Task LoadAsync(string version, CancellationToken cancellationToken);

    /// <summary>Runs a loaded version once, so that its first requests take no longer than others; without it, nothing is done.</summary>
    [Alias("warm-up"), ResponseTimeout("00:30:00")]
    Task WarmUpAsync(string version, CancellationToken cancellationToken);

    /// <summary>Unloads a version that was loaded and shall not serve.</summary>
    [Alias("unload")]
    Task UnloadAsync(string version);

    /// <summary>Lets a version serve all users, loading it where it is not loaded.</summary>
    /// <param name="version">The version.</param>
    /// <param name="flip">The registry's number for this change; a silo that knows of a later one does nothing.</param>
    /// <param name="cancellationToken">Abandons the call while it loads.</param>
    /// <exception cref="ModelRejectedException">Its files are broken, or the K/V memory is too small for it.</exception>
    [Alias("serve"), ResponseTimeout("00:30:00")]
    Task ServeAsync(string version, long flip, CancellationToken cancellationToken);

    /// <summary>Lets a version serve a part of the users and another one the rest, loading each where it is not loaded.</summary>
    /// <param name="active">The version that serves the rest.</param>
    /// <param name="canary">The version that serves a part.</param>
    /// <param name="flip">As for <see cref="ServeAsync"/>.</param>
    /// <param name="cancellationToken">Abandons the call while it loads.</param>
    /// <exception cref="ModelRejectedException">The files of one are broken, or the K/V memory is too small for it.</exception>
    [Alias("serve-canary"), ResponseTimeout("00:30:00")]
    Task ServeCanaryAsync(string active, CanaryShare canary, long flip, CancellationToken cancellationToken);

    /// <summary>Unloads at once a version that serves no longer but for users who have states of it: they have none then.</summary>
    [Alias("drop")]
    Task DropAsync(string version);

    /// <summary>How the silo is.</summary>
    [Alias("report")]
    Task<SiloReport> ReportAsync(CancellationToken cancellationToken);

    /// <summary>What became of its scores.</summary>
    [Alias("tallies")]
    Task<SiloTallies> TalliesAsync(CancellationToken cancellationToken);

    /// <summary>Tells the silo that another one is about to leave: it places no more users there.</summary>
    /// <param name="silo">That silo's address.</param>
    [Alias("leaving")]
    Task LeavingAsync(string silo);

    /// <summary>Has the silo move its users to the others, finish what runs, and end its process.</summary>
    [Alias("drain")]
    Task DrainAsync();
}
