using System.Text;
using Longer.Grid.Model;
using Longer.Grid.Oracle;

namespace Longer.Grid.Grains.Tests;

public sealed class RegistryTests : IAsyncLifetime
{
    private readonly OneSilo _silo = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    [Fact]
    public async Task The_active_model_serves_again_after_a_restart_with_its_metrics_and_the_previous_one()
    {
        var first = await _silo.ActivateAsync(RandomModels.Files(41));
        var second = await _silo.PublishAsync(RandomModels.Files(42), Encoding.UTF8.GetBytes("""{ "auc": 0.75 }"""));
        await _silo.ActiveAsync(second);

        await _silo.RestartAsync();

        var list = await _silo.Registry.ListAsync(Token);
        Assert.Equal((second, first), (list.Active, list.Previous));
        Assert.Equal([(second, ModelState.Active), (first, ModelState.Published)], list.Models.Select(m => (m.Version, m.State)));
        Assert.Equal("""{"auc":0.75}""", list.Models[0].MetricsJson);
        Assert.Equal(second, (await ScoreAsync()).ModelVersion);
    }

    [Fact]
    public async Task Where_a_model_comes_from_and_what_training_did_last_are_listed_after_a_restart_too()
    {
        var parent = await _silo.PublishAsync(RandomModels.Files(41));
        var child = await _silo.PublishAsync(RandomModels.Files(42), Encoding.UTF8.GetBytes($$"""{ "lineage": { "parent": "{{parent}}", "events": 7 } }"""));
        var period = new TrainingPeriodReport(1, "published", child, 2, 3, 4, 0.5, null, "outcomes", 1.5, 12);
        await _silo.Registry.TrainedAsync(period, Token);

        await _silo.RestartAsync();

        var list = await _silo.Registry.ListAsync(Token);
        Assert.Equal([(child, parent), (parent, null)], list.Models.Select(model => (model.Version, model.Parent)));
        Assert.Equal(period, list.Training);
    }

    [Fact]
    public async Task A_version_takes_the_place_of_the_one_that_it_comes_from_and_of_no_other()
    {
        var first = await _silo.ActivateAsync(RandomModels.Files(41));
        var child = await _silo.PublishAsync(RandomModels.Files(42));
        var pushed = await _silo.ActivateAsync(RandomModels.Files(43));

        var refused = await Assert.ThrowsAsync<ModelRejectedException>(() => _silo.Registry.SucceedAsync(child, first, Token));
        Assert.Contains($"model {pushed} is active", refused.Message, StringComparison.Ordinal);
        Assert.Equal(pushed, (await _silo.Registry.ListAsync(Token)).Active);

        while (await _silo.Registry.SucceedAsync(child, pushed, Token) != ModelState.Active)
        {
        }

        Assert.Equal(child, (await _silo.Registry.ListAsync(Token)).Active);
        Assert.Equal(ModelState.Active, await _silo.Registry.SucceedAsync(child, pushed, Token));
    }

    [Fact]
    public async Task Beside_a_canary_no_version_takes_anothers_place_and_the_canary_itself_does_not_either()
    {
        var first = await _silo.ActivateAsync(RandomModels.Files(41));
        var canary = await _silo.PublishAsync(RandomModels.Files(42));
        while (await _silo.Registry.StartCanaryAsync(canary, 10, Token) != ModelState.Canary)
        {
        }

        await Assert.ThrowsAsync<CanaryRunningException>(() => _silo.Registry.SucceedAsync(canary, first, Token));
        Assert.Equal(first, (await _silo.Registry.ListAsync(Token)).Active);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"abc\"")]
    [InlineData("\"ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789\"")]
    public async Task Metrics_whose_parent_is_no_version_are_refused_and_the_field_is_named(string parent)
    {
        var refused = await Assert.ThrowsAsync<ModelRejectedException>(() =>
            _silo.PublishAsync(RandomModels.Files(41), Encoding.UTF8.GetBytes($$"""{ "lineage": { "parent": {{parent}} } }""")));

        Assert.Contains("lineage.parent", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await _silo.Registry.ListAsync(Token)).Models);
    }

    [Fact]
    public async Task Publishing_the_same_files_again_changes_nothing()
    {
        var version = await _silo.PublishAsync(RandomModels.Files(41));

        Assert.Equal(version, await _silo.PublishAsync(RandomModels.Files(41)));
        Assert.Single((await _silo.Registry.ListAsync(Token)).Models);
    }

    [Fact]
    public async Task A_broken_model_is_refused_and_leaves_nothing()
    {
        var (config, weights) = RandomModels.Files(41);

        var refused = await Assert.ThrowsAsync<ModelRejectedException>(() => _silo.PublishAsync((config, weights[..^4])));

        Assert.Equal(SafetensorsFile.FileName, refused.Part);
        Assert.NotEmpty(refused.Problems);
        Assert.Empty((await _silo.Registry.ListAsync(Token)).Models);
        Assert.Equal([".uploads"], Directory.GetFileSystemEntries(Path.Combine(_silo.Folder, "models")).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_silo.Folder, "models", ".uploads")));
    }

    [Fact]
    public async Task Without_an_active_model_scores_are_refused_and_events_are_taken()
    {
        await _silo.User("somebody").AppendAsync([UserGrainTests.Event(1, 1_700_000_000_000)], Token);

        await Assert.ThrowsAsync<NoActiveModelException>(ScoreAsync);
    }

    [Fact]
    public async Task An_unknown_version_cannot_be_activated()
    {
        var refused = await Assert.ThrowsAsync<UnknownModelException>(() => _silo.Registry.ActivateAsync("beef", Token));

        Assert.Equal("beef", refused.Version);
    }

    [Fact]
    public async Task A_model_whose_states_do_not_fit_the_memory_is_not_activated()
    {
        _silo.Engine = new EngineOptions { Workers = 1, KvBudgetBytes = 1000 };
        await _silo.RestartAsync();
        var version = await _silo.PublishAsync(RandomModels.Files(41));

        var refused = await Assert.ThrowsAsync<ModelRejectedException>(() => _silo.Registry.ActivateAsync(version, Token));

        Assert.Contains("1,000", refused.Message, StringComparison.Ordinal);
        Assert.Null((await _silo.Registry.ListAsync(Token)).Active);
    }

    [Fact]
    public async Task A_user_without_a_state_is_scored_by_the_newly_active_model_from_the_next_score_on()
    {
        await _silo.ActivateAsync(RandomModels.Files(41));
        await ScoreAsync();
        var second = await _silo.ActivateAsync(RandomModels.Files(42));

        var scores = await _silo.User("nobody before").ScoreAsync(Request, Token);

        Assert.Equal((second, false), (scores.ModelVersion, scores.Warm));
    }

    [Fact]
    public async Task The_version_before_is_active_again_after_a_rollback_and_so_is_the_later_one_after_another()
    {
        var first = await _silo.ActivateAsync(RandomModels.Files(41));
        var second = await _silo.ActivateAsync(RandomModels.Files(42));

        Assert.Equal(new(first, ModelState.Active), await _silo.Registry.RollBackAsync(Token));
        var list = await _silo.Registry.ListAsync(Token);
        Assert.Equal((first, second), (list.Active, list.Previous));
        Assert.Equal(new(second, ModelState.Active), await _silo.Registry.RollBackAsync(Token));
        Assert.Equal(second, (await ScoreAsync()).ModelVersion);
    }

    [Fact]
    public async Task Where_nothing_was_active_before_there_is_no_rollback()
    {
        await _silo.ActivateAsync(RandomModels.Files(41));

        await Assert.ThrowsAsync<UnknownModelException>(() => _silo.Registry.RollBackAsync(Token));
    }

    [Fact]
    public async Task A_model_that_was_damaged_on_disk_is_named_when_scores_are_asked_for_and_publishing_it_again_mends_it()
    {
        var version = await _silo.ActivateAsync(RandomModels.Files(41));
        var expected = await ScoreAsync();
        var weights = Path.Combine(_silo.Folder, "models", version, SafetensorsFile.FileName);
        var bytes = await File.ReadAllBytesAsync(weights, Token);
        await File.WriteAllBytesAsync(weights, bytes[..^8], Token);
        await _silo.RestartAsync();

        var refused = await Assert.ThrowsAsync<NoActiveModelException>(ScoreAsync);
        Assert.Contains(version, refused.Message, StringComparison.Ordinal);
        Assert.Contains(SafetensorsFile.FileName, refused.Message, StringComparison.Ordinal);
        Assert.Equal(version, (await _silo.Registry.ListAsync(Token)).Active);
        await _silo.User("somebody").AppendAsync([UserGrainTests.Event(1, 1_700_000_000_000)], Token);

        Assert.Equal(version, await _silo.PublishAsync(RandomModels.Files(41)));

        Assert.Equal((version, 1), ((await ScoreAsync()).ModelVersion, (await ScoreAsync()).UserEvents));
        Assert.Equal(version, expected.ModelVersion);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(weights, Token));
        Assert.Equal(ModelState.Active, (await _silo.Registry.ListAsync(Token)).Models.Single().State);
    }

    [Fact]
    public async Task Activations_that_come_together_take_turns_and_the_last_one_serves()
    {
        var versions = new List<string>();
        foreach (var seed in new[] { 41, 42, 43 })
        {
            versions.Add(await _silo.PublishAsync(RandomModels.Files(seed)));
        }

        await Task.WhenAll(versions.Select(_silo.ActiveAsync));

        var list = await _silo.Registry.ListAsync(Token);
        Assert.Equal(list.Active, (await ScoreAsync()).ModelVersion);
        Assert.Equal(list.Active, Assert.Single(list.Models, m => m.State == ModelState.Active).Version);
    }

    [Fact]
    public async Task A_save_that_failed_changes_nothing_that_is_listed_or_serves()
    {
        var first = await _silo.ActivateAsync(RandomModels.Files(41));
        var second = await _silo.PublishAsync(RandomModels.Files(42));
        _silo.GrainStorage.FailBefore = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _silo.Registry.ActivateAsync(second, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _silo.PublishAsync(RandomModels.Files(43)));

        _silo.GrainStorage.FailBefore = false;
        var list = await _silo.Registry.ListAsync(Token);
        Assert.Equal((first, null, 2), (list.Active, list.Previous, list.Models.Length));
        Assert.Equal(first, (await ScoreAsync()).ModelVersion);
        await _silo.ActiveAsync(second);
        await _silo.ReencodedAsync();
        Assert.Equal(second, (await ScoreAsync()).ModelVersion);
    }

    private Task<ScoreResult> ScoreAsync() => _silo.User("somebody").ScoreAsync(Request, Token);

    private static ScoreRequest Request => new([new Candidate("1", [])], null, null, null, null);
}
