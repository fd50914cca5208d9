using Longer.Grid.Oracle;
using Microsoft.Extensions.Time.Testing;

namespace Longer.Grid.Grains.Tests;

/// <summary>A flip goes on when its caller has gone; what comes meanwhile waits for its save, and does not go on after one that failed.</summary>
public sealed class RegistrySaveTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(55));
    private readonly OneSilo _silo;

    public RegistrySaveTests() => _silo = new OneSilo { Time = _time };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task A_publication_waits_for_the_save_of_a_flip_that_outlives_its_caller()
    {
        var first = await _silo.PublishAsync(RandomModels.Files(41));
        await HoldFlipAsync(first);

        var publishing = _silo.PublishAsync(RandomModels.Files(42));
        await SettleAsync(publishing);
        Release();
        var second = await publishing;

        Assert.False(_silo.GrainStorage.Overlapped);
        await _silo.ActiveAsync(first);
        var list = await _silo.Registry.ListAsync(Token);
        Assert.Equal(first, list.Active);
        Assert.Equal([second, first], list.Models.Select(m => m.Version));
    }

    [Fact]
    public async Task Flips_that_wait_behind_a_save_that_fails_are_refused_and_save_nothing()
    {
        var first = await _silo.PublishAsync(RandomModels.Files(41));
        var second = await _silo.PublishAsync(RandomModels.Files(42));
        await HoldFlipAsync(first);
        var waiting = _silo.Registry.ActivateAsync(second, Token);
        await SettleAsync(waiting);
        var writes = _silo.GrainStorage.Writes;
        _silo.GrainStorage.FailBefore = true;
        Release();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);

        _silo.GrainStorage.FailBefore = false;
        Assert.Equal(writes, _silo.GrainStorage.Writes);
        Assert.Null((await _silo.Registry.ListAsync(Token)).Active);
        await _silo.ActiveAsync(second);
    }

    /// <summary>A flip whose save hangs, and whose caller has been told that it goes on.</summary>
    private async Task HoldFlipAsync(string version)
    {
        _silo.GrainStorage.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flipping = _silo.Registry.ActivateAsync(version, Token);
        await _silo.GrainStorage.Held.Task;
        _time.Advance(Patience);
        Assert.Equal(ModelState.Loading, await flipping);
    }

    /// <summary>Lets a call come as far as it can.</summary>
    private async Task SettleAsync(Task call)
    {
        for (var trips = 0; trips < 200 && !call.IsCompleted && !_silo.GrainStorage.Overlapped; trips++)
        {
            await _silo.User().GetStatusAsync(Token);
        }
    }

    private void Release()
    {
        _silo.GrainStorage.Hold!.SetResult();
        _silo.GrainStorage.Hold = null;
    }
}
