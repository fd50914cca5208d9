using Longer.Grid.Oracle;

namespace Longer.Grid.Model.Tests;

/// <summary>What a user's state is made from, and when it is made anew.</summary>
public abstract class EngineStateTests : IAsyncDisposable
{
    private static readonly ModelPackage Model = RandomModels.Of(11, ServedUser.Config(maxEvents: 90, groupSize: 2, recentGroups: 18));

    private readonly KvStorage _storage;
    private readonly InferenceDevice _device;
    private readonly LongerEngine _engine;
    private readonly ServedUser _user;

    protected EngineStateTests(KvStorage storage)
    {
        _storage = storage;
        _device = new InferenceDevice(new EngineOptions { Workers = 2, KvStorage = storage }, TimeProvider.System);
        _engine = new LongerEngine(_device, Model);
        _user = new ServedUser(_engine, Model, seed: 5);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _user.Dispose();
        await _engine.DisposeAsync();
        _device.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_same_state_and_request_give_the_same_bits()
    {
        _user.Append(77);
        var scored = _user.Case(candidates: 40);
        var first = await _user.ScoreAsync(scored);

        var again = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _user.ScoreAsync(scored)));

        Assert.All(again, scores => Assert.Equal(first.Logits, scores.Logits));
    }

    // 1,100 is more than two runs take.
    [Fact]
    public async Task A_long_list_of_candidates_scores_as_each_of_them_alone()
    {
        _user.Append(77);
        var scored = _user.Case(candidates: 1100);

        var scores = await _user.ScoreAsync(scored);

        _user.Check(scores, scored);
    }

    [Fact]
    public async Task A_first_score_is_cold_and_the_next_one_warm()
    {
        _user.Append(5);

        var first = await _user.CheckAsync();
        var second = await _user.CheckAsync();

        Assert.Equal((false, true), (first.Warm, second.Warm));
    }

    [Fact]
    public async Task Events_one_by_one_fill_grow_and_wrap_every_ring_without_a_prefill()
    {
        await _user.CheckAsync();
        var sizes = new List<long> { _user.Kv.DeviceBytes };
        for (var i = 0; i < 220; i++)
        {
            _user.Append(1);
            var scores = await _user.CheckAsync();
            Assert.True(scores.Warm, $"event {i}");
            sizes.Add(_user.Kv.DeviceBytes);
        }

        // 45 groups in layer 0 through the classes 16, 24, 32 and 45; 18 in the others through 16 and 18.
        Assert.Equal(4, sizes.Distinct().Count());
        Assert.Equal(KvLayerShape.StateBytes(KvLayerShape.Of(Model.Config, _storage), Model.Config.VisibleGroups), sizes[^1]);
        Assert.Equal(sizes[^1], _device.Pool.UsedBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(91)]
    [InlineData(200)]
    public async Task Many_events_at_once_are_encoded_in_one_prefill(int before)
    {
        _user.Append(before);
        await _user.CheckAsync();

        _user.Append(150);
        var scores = await _user.CheckAsync();

        Assert.False(scores.Warm);
    }

    [Fact]
    public async Task An_older_input_is_answered_from_the_newer_state()
    {
        _user.Append(30);
        var older = _user.Input;
        _user.Append(3);
        await _user.CheckAsync();
        var scored = _user.Case();

        var scores = await _user.ScoreAsync(scored, older);

        Assert.Equal(33, scores.UserEvents);
        Assert.True(scores.Warm);
        _user.Check(scores, scored);
    }

    [Fact]
    public async Task An_older_input_with_an_older_profile_turns_nothing_back()
    {
        _user.Append(30);
        var older = _user.Input;
        _user.Append(7);
        _user.ChangeProfile("nz");
        await _user.CheckAsync();
        var scored = _user.Case();

        var late = await _user.ScoreAsync(scored, older);

        _user.Check(late, scored, "the late input");
        await _user.CheckAsync("after it");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(181)]
    public async Task A_changed_profile_counts_from_the_next_score_on(int events)
    {
        _user.Append(events);
        await _user.CheckAsync();

        _user.ChangeProfile("ch");
        var scores = await _user.CheckAsync();

        Assert.Equal(events > 0, scores.Warm);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(31)]
    public async Task A_replaced_history_is_encoded_anew_whatever_its_length(int events)
    {
        _user.Append(30);
        await _user.CheckAsync();

        _user.Replace(events);
        var scores = await _user.CheckAsync();

        Assert.False(scores.Warm);
    }

    [Fact]
    public async Task A_history_cut_below_the_window_is_scored_as_it_now_is()
    {
        _user.Append(120);
        await _user.CheckAsync();

        _user.Append(1);
        _user.TrimToNewest(40);

        await _user.CheckAsync();
    }

    [Fact]
    public async Task Trimming_to_the_retained_events_keeps_the_state()
    {
        for (var i = 0; i < 60; i++)
        {
            _user.Append(7);
            _user.TrimToNewest((int)Model.Config.RetainedEvents);
            var scores = await _user.CheckAsync();
            Assert.Equal(i > 0, scores.Warm);
        }
    }

    [Fact]
    public async Task A_refresh_leaves_an_absent_state_absent()
    {
        _user.Append(9);

        await _engine.RefreshAsync(_user.Kv, _user.Input, Deadline.None, Token);

        Assert.False(_user.Kv.IsResident);
        Assert.Equal(0, _user.Kv.DeviceBytes);
        Assert.Null(_user.Kv.ModelVersion);
    }

    [Fact]
    public async Task A_refresh_brings_a_resident_state_up_to_the_input()
    {
        _user.Append(9);
        await _user.CheckAsync();
        _user.Append(6);
        var input = _user.Input;

        await _engine.RefreshAsync(_user.Kv, input, Deadline.None, Token);

        Assert.Equal((true, Model.Version), (_user.Kv.IsResident, _user.Kv.ModelVersion));
        var before = _user.Case();
        Assert.Equal(15, (await _user.ScoreAsync(before, new(input.History.Prefix(9), input.Features))).UserEvents);
        Assert.True((await _user.CheckAsync()).Warm);
    }

    [Fact]
    public async Task Disposing_a_user_gives_its_memory_back()
    {
        _user.Append(9);
        await _user.CheckAsync();
        Assert.Equal((1, _user.Kv.DeviceBytes), (_device.Pool.Residents, _device.Pool.UsedBytes));

        _user.Dispose();

        Assert.Equal((0, 0L), (_device.Pool.Residents, _device.Pool.UsedBytes));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _user.ScoreAsync(_user.Case()));
    }

    [Fact]
    public async Task A_score_without_candidates_is_refused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _user.ScoreAsync(_user.Case() with { Candidates = [] }));

    [Fact]
    public async Task A_user_of_another_device_is_refused()
    {
        using var other = new InferenceDevice(new EngineOptions { Workers = 1, KvStorage = _storage }, TimeProvider.System);
        await using var engine = new LongerEngine(other, Model);

        await Assert.ThrowsAsync<ArgumentException>(() => engine.RefreshAsync(_user.Kv, _user.Input, Deadline.None, Token));
    }

    [Fact]
    public async Task Two_versions_share_a_device_and_a_user_moves_from_one_to_the_other()
    {
        var next = RandomModels.Of(12, Model.Config);
        await using var engine = new LongerEngine(_device, next);
        _user.Append(50);
        await _user.CheckAsync();
        var scored = _user.Case();

        var moved = await engine.ScoreAsync(_user.Kv, _user.Input, scored.KeyedCandidates(), scored.AtMs, Deadline.None, Token);

        Assert.False(moved.Warm);
        Assert.Equal(next.Version, _user.Kv.ModelVersion);
        ScorerParity.Check([.. moved.Logits.Select(l => (double)l)], next, scored, "the next version", _storage.Tolerance());
        Assert.False((await _user.CheckAsync("and back")).Warm);
    }

    [Fact]
    public async Task Disposing_an_engine_drops_the_states_that_it_made_and_no_others()
    {
        var next = RandomModels.Of(12, Model.Config);
        var engine = new LongerEngine(_device, next);
        using var other = new ServedUser(engine, next, seed: 6);
        _user.Append(10);
        other.Append(10);
        await _user.CheckAsync();
        await other.CheckAsync();

        await engine.DisposeAsync();

        Assert.Equal((true, false), (_user.Kv.IsResident, other.Kv.IsResident));
        Assert.Equal(_user.Kv.DeviceBytes, _device.Pool.UsedBytes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => other.ScoreAsync(other.Case()));
    }

    public sealed class OfFloat32() : EngineStateTests(KvStorage.Full);

    public sealed class OfFloat16() : EngineStateTests(KvStorage.Half);

    public sealed class OfInt8() : EngineStateTests(KvStorage.Quarter);
}
