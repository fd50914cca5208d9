using Longer.Grid.Grains;
using Longer.Grid.Model;
using Longer.Grid.Silo;

namespace Longer.Grid.Benchmarks;

/// <summary>A whole grid in this process, with the model that is measured, and its gateway on loopback.</summary>
internal sealed class BenchGrid : IAsyncDisposable
{
    private readonly DataDirectory _data;
    private readonly GridHost _grid;

    private BenchGrid(DataDirectory data, GridHost grid) => (_data, _grid) = (data, grid);

    /// <summary>Where its gateway listens.</summary>
    public Uri Url => _grid.Url;

    /// <summary>Starts one.</summary>
    /// <param name="folder">Its files go there.</param>
    /// <param name="options">How many workers it has.</param>
    /// <param name="stop">Ends the start.</param>
    /// <param name="kvBudgetBytes">Its K/V memory; the program's own default otherwise.</param>
    /// <param name="reencodingShare">The share of a thread's time that states are computed anew in.</param>
    public static async Task<BenchGrid> StartAsync(
        DirectoryInfo folder, BenchOptions options, CancellationToken stop, long? kvBudgetBytes = null, double reencodingShare = ServingOptions.DefaultReencodingShare)
    {
        var config = BenchModel.Config();
        var model = folder.CreateSubdirectory("model");
        ModelPackage.Save(model.FullName, config, BenchModel.Weights(config));
        if (!ListenAddress.TryParse("http://127.0.0.1:0", out var address))
        {
            throw new InvalidOperationException("No loopback.");
        }

        var data = DataDirectory.Take(folder.CreateSubdirectory("grid"));
        try
        {
            // Random models say quite different things, and are none the worse for it.
            var guard = new GuardOptions { Drift = null };
            var host = new GridHostOptions { Data = data, Http = address, Model = new ModelFolder(model), Workers = options.Workers, Guard = guard, ReencodingShare = reencodingShare };
            return new(data, await GridHost.StartAsync(host with { KvBudgetBytes = kvBudgetBytes ?? host.KvBudgetBytes }, stop));
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _grid.DisposeAsync();
        _data.Dispose();
    }
}
