using Longer.Grid.Gateway;
using Longer.Grid.Grains;
using Longer.Grid.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.Silo;

/// <summary>One process that is a whole grid, or part of one.</summary>
internal sealed record GridHostOptions
{
    /// <summary>Folder of the database and the models of a whole grid; the caller holds it.</summary>
    public DataDirectory? Data { get; init; }

    /// <summary>The process's place in a cluster; without one <see cref="Data"/> is there.</summary>
    public ClusterSeat? Cluster { get; init; }

    /// <summary>Where HTTP is served; <see langword="null"/> for a grid that only this process speaks to.</summary>
    public ListenAddress? Http { get; init; }

    /// <summary>A model to publish and activate before the first request; <see langword="null"/> keeps what was active.</summary>
    public ModelFolder? Model { get; init; }

    /// <summary>Device memory for K/V states.</summary>
    public long KvBudgetBytes { get; init; } = 2L << 30;

    /// <summary>How they are kept.</summary>
    public KvStorage KvStorage { get; init; }

    /// <summary>Where models run.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Calls that run at once on the device; <see langword="null"/> is the engine's own default.</summary>
    public int? Workers { get; init; }

    /// <summary>Scores that <see cref="Http"/> has under way at once; more are refused.</summary>
    public int ConcurrentScores { get; init; } = new GatewayOptions().ConcurrentScores;

    /// <summary>Whether anyone who reaches <see cref="Http"/> may use it.</summary>
    public bool AllowUnauthenticated { get; init; }

    /// <summary>Whether an acknowledged event may be lost with the machine's power.</summary>
    public bool UnsafeDurability { get; init; }

    /// <summary>How many events of each user are kept; <see langword="null"/> is as many as the grid's database says.</summary>
    public Retention? Retention { get; init; }

    /// <summary>For how long outcomes are kept; <see langword="null"/> is for as long as the grid's database says.</summary>
    public OutcomeRetention? OutcomeRetention { get; init; }

    /// <inheritdoc cref="ServingOptions.ReencodingShare"/>
    public double ReencodingShare { get; init; } = ServingOptions.DefaultReencodingShare;

    /// <summary>Adds what keeps learning from the grid's database; <see langword="null"/> where nothing does.</summary>
    public Action<IServiceCollection, GridDatabase>? Training { get; init; }

    /// <summary>Whether what training has kept of a grid of this process alone is given up.</summary>
    public bool EndsTraining { get; init; }

    /// <summary>The database.</summary>
    public GridDatabase Database => Cluster?.Database ?? GridDatabase.Embedded(Data!.Path);

    /// <summary>When a model is rolled back by itself.</summary>
    public GuardOptions Guard { get; init; } = new();

    /// <summary>Whether logs are shown from information on, with traces.</summary>
    public bool Verbose { get; init; }

    /// <summary>Has the last word on the process's services; <see langword="null"/> leaves them as they are.</summary>
    public Action<IServiceCollection>? Exchange { get; init; }
}
