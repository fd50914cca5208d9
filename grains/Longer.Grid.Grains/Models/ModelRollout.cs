using System.Collections.Immutable;
using Longer.Grid.Model;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>Takes a model to every serving silo.</summary>
internal sealed partial class ModelRollout(IGrainFactory grains, ServingSilos silos, TimeProvider time, ILogger<ModelRollout> log)
{
    /// <summary>A silo that does not say in this time how far it is counts for nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The version that silos load or warm; <see langword="null"/> without one.</summary>
    public RolloutReport? Current { get; private set; }

    /// <summary>How many users of all silos are encoded anew, of how many.</summary>
    public async Task<(int Done, int Of)> ReencodingAsync(CancellationToken cancellationToken)
    {
        var reports = await Task.WhenAll(silos.All().Select(silo => AskAsync(silo, grain => grain.ReportAsync(cancellationToken), cancellationToken)));
        return (reports.Sum(report => report?.Reencoding?.Done ?? 0), reports.Sum(report => report?.Reencoding?.Of ?? 0));
    }

    /// <summary>What silos have counted that have followed a change; of one that does not say it soon, nothing.</summary>
    public async Task<ImmutableArray<SiloTallies>> TalliesAsync(long flip, CancellationToken cancellationToken)
    {
        var told = await Task.WhenAll(silos.All().Select(silo => AskAsync(silo, grain => grain.TalliesAsync(cancellationToken), cancellationToken)));
        return [.. told.OfType<SiloTallies>().Where(tallies => tallies.Flip == flip)];
    }

    /// <summary>Loads a version beside the one that serves, and runs it once, on every silo or, after an error, on none.</summary>
    /// <exception cref="ModelRejectedException">A silo cannot load it; in a cluster the message says which one.</exception>
    public async Task LoadAsync(string version, CancellationToken givenUp)
    {
        var all = silos.All();
        try
        {
            await OnAllAsync(all, version, RolloutPhase.Loading, silo => LoadAsync(silo, version, isOneOfMany: all.Count > 1, givenUp));
            await OnAllAsync(all, version, RolloutPhase.Warming, silo => WhileThereAsync(silo, grain => grain.WarmUpAsync(version, givenUp)));
        }
        catch (Exception e)
        {
            // Settings that are too small for it are the caller's to hear of; files that are damaged are the operator's too.
            if (e is not OperationCanceledException and not ModelRejectedException { Part: not (LongerConfigJson.FileName or SafetensorsFile.FileName) })
            {
                LogNotLoaded(e, version);
            }

            await Task.WhenAll(all.Select(silo => WhileThereAsync(silo, grain => grain.UnloadAsync(version))));
            throw;
        }
        finally
        {
            Current = null;
        }
    }

    /// <summary>Lets versions serve on every silo that is there now; one that joined since loads them first.</summary>
    /// <remarks>The change is decided: a silo that cannot follow is logged, and tries again by itself.</remarks>
    public Task ServeAsync(ServingPlan plan) => Task.WhenAll(silos.All().Select(async silo =>
    {
        try
        {
            await WhileThereAsync(silo, grain => plan.Canary is { } canary
                ? grain.ServeCanaryAsync(plan.Active, canary, plan.Flip, CancellationToken.None)
                : grain.ServeAsync(plan.Active, plan.Flip, CancellationToken.None));
        }
        catch (GridException e)
        {
            LogDoesNotServe(e, silo, plan.Canary?.Version ?? plan.Active);
        }
    }));

    /// <summary>Has silos unload at once a version that leaves.</summary>
    public Task DropAsync(string version) => Task.WhenAll(silos.All().Select(silo => WhileThereAsync(silo, grain => grain.DropAsync(version))));

    /// <summary>What a silo says; <see langword="null"/> where it does not in time.</summary>
    private async Task<T?> AskAsync<T>(SiloAddress silo, Func<ISiloGrain, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ask(grains.GetGrain<ISiloGrain>(silo.ToParsableString())).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    /// <summary>Counts the silos that are done; the grain's turns keep the count.</summary>
    private async Task OnAllAsync(IReadOnlyList<SiloAddress> all, string version, RolloutPhase phase, Func<SiloAddress, Task> call)
    {
        var done = 0;
        Current = new(version, phase, done, all.Count);
        await Task.WhenAll(all.Select(async silo =>
        {
            await call(silo);
            Current = new(version, phase, ++done, all.Count);
        }));
    }

    private async Task LoadAsync(SiloAddress silo, string version, bool isOneOfMany, CancellationToken givenUp)
    {
        try
        {
            await WhileThereAsync(silo, grain => grain.LoadAsync(version, givenUp));
        }
        catch (ModelRejectedException e) when (isOneOfMany)
        {
            throw new ModelRejectedException(e.Part, e.Problems, $"Silo {silo}: {e.Message}", e) { Accepted = e.Accepted };
        }
    }

    /// <summary>A silo that dies meanwhile leaves the rollout; it reads what is active when it comes back.</summary>
    private async Task WhileThereAsync(SiloAddress silo, Func<ISiloGrain, Task> call)
    {
        try
        {
            await call(grains.GetGrain<ISiloGrain>(silo.ToParsableString()));
        }
        catch (Exception e) when (e is SiloUnavailableException or TimeoutException or OrleansMessageRejectionException)
        {
            LogLeft(e, silo);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {Silo} left while a model was taken to it")]
    private partial void LogLeft(Exception e, SiloAddress silo);

    [LoggerMessage(Level = LogLevel.Error, Message = "Model {Version} cannot be loaded and does not become active")]
    private partial void LogNotLoaded(Exception e, string version);

    [LoggerMessage(Level = LogLevel.Error, Message = "Silo {Silo} does not serve model {Version}, which is active or the canary")]
    private partial void LogDoesNotServe(Exception e, SiloAddress silo, string version);
}
