using System.Globalization;
using Longer.Grid.Model;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Longer.Grid.Grains.Tests;

/// <summary>A cluster of silos in this process, over one database file.</summary>
internal sealed class ManySilos : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly InProcessTestCluster _cluster;

    private ManySilos(DirectoryInfo folder, InProcessTestCluster cluster) => (_folder, _cluster) = (folder, cluster);

    public IGrainFactory Grains => _cluster.Client;

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    /// <summary>Starts one silo for each of these facts.</summary>
    public static async Task<ManySilos> StartAsync(params SiloFacts[] facts)
    {
        var folder = Directory.CreateTempSubdirectory("longer-placement-");
        var builder = new InProcessTestClusterBuilder((short)facts.Length);
        builder.ConfigureClient(client => client.Services.AddGridErrors());
        builder.ConfigureSilo((named, silo) =>
        {
            // They are made at once, in any order: a silo's number is in its name. One more than there are facts is like the last of them.
            var number = int.TryParse(named.SiloName.Split('_')[^1], CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            var fact = facts[Math.Min(number, facts.Length - 1)];
            if (fact.Roles.HasFlag(SiloRole.Serve))
            {
                var engine = new EngineOptions { Workers = 1, KvBudgetBytes = fact.KvBudgetBytes };
                silo.AddLongerServing(ServingOptions.Embedded(folder.FullName) with { Engine = engine });
            }
            else
            {
                silo.AddLongerMember(fact);
            }
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(folder, cluster);
    }

    public static SiloFacts Serving(long kvBudgetBytes = 64 << 20) => new(SiloRole.Serve, kvBudgetBytes);

    public async Task<InProcessSiloHandle> JoinAsync() => await _cluster.StartAdditionalSiloAsync();

    /// <summary>Activates users and says on which silo each of them is.</summary>
    public async Task<Dictionary<string, string>> PlacedAsync(int users)
    {
        var placed = new string[users];
        await Parallel.ForAsync(0, users, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (user, token) =>
            placed[user] = (await Grains.GetGrain<IUserGrain>(Id(user)).GetStatusAsync(token)).Silo);
        return Enumerable.Range(0, users).ToDictionary(Id, user => placed[user]);
    }

    /// <summary>Waits until every active user is where it belongs among the silos that serve now.</summary>
    public async Task SettledAsync(int serving)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!IsSettled(serving))
        {
            await Task.Delay(50, late.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Id(int user) => $"user {user}";

    private bool IsSettled(int serving) => Silos
        .Select(silo => (silo.SiloAddress, Here: silo.ServiceProvider.GetService<ActiveUsers>(), Known: silo.ServiceProvider.GetRequiredService<ServingSilos>()))
        .Where(silo => silo.Here is not null)
        .All(silo => silo.Known.All() is { } all && all.Count == serving && silo.Here!.All.All(user => silo.Known.OwnerOf(user.GrainId, all)!.Equals(silo.SiloAddress)));
}
