using System.Text.Json;
using Longer.Grid.Grains;
using Longer.Grid.Training;

namespace Longer.Grid.Cluster.Tests;

/// <summary>Periods of continuous training on a real store, with a registry in memory.</summary>
public sealed class ContinuousTrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_period_learns_from_what_is_new_publishes_it_with_its_lineage_and_the_next_goes_on_from_there()
    {
        using var world = new LearningWorld();
        var first = Push(world, seed: 1);
        await world.LiveAsync(300);
        using var trainer = world.Trainer(LearningWorld.Options with { Margin = 0 });

        var period = await trainer.RunAsync(Token);

        Assert.Equal(("published", world.Models.Active, 600L, 240L, 120L, "outcomes"), (period.Result, period.Version, period.Events, period.Requests, period.TestedLabels, period.LabelsFrom));
        Assert.True(period.LogLoss < 0.9 * period.ActiveLogLoss, $"{period}");
        Assert.Equal(period, world.Models.Told);
        var lineage = Lineage(world, period.Version!);
        Assert.Equal((first, 600L, 240L, 480L, 600L), (lineage.GetProperty("parent").GetString(), Count(lineage, "events"), Count(lineage, "requests"), Count(lineage, "samples"), Count(lineage, "total_events")));
        Assert.True(lineage.GetProperty("from_ms").GetInt64() < lineage.GetProperty("to_ms").GetInt64());
        Assert.True(lineage.GetProperty("seconds").GetDouble() >= 0);

        await world.LiveAsync(100);
        var next = await trainer.RunAsync(Token);

        Assert.Equal((200L, 130L), (next.Events, next.Requests));
        var nextLineage = Lineage(world, next.Version ?? throw new InvalidOperationException(next.Result));
        Assert.Equal((period.Version, 200L, 800L), (nextLineage.GetProperty("parent").GetString(), Count(nextLineage, "events"), Count(nextLineage, "total_events")));
    }

    // Each call to the store, to the feed and to the registry, before it and after it, in a period that publishes and finds a state to go on from.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whenever_the_process_dies_each_event_counts_once_in_what_is_published(bool afterwards)
    {
        using var world = new LearningWorld();
        Push(world, seed: 1);
        await world.LiveAsync(60);
        using (var before = world.Trainer())
        {
            await before.RunAsync(Token);
        }

        var deaths = 0;
        for (var at = 1; ; at++)
        {
            await world.LiveAsync(30);
            var death = new Death(at, afterwards);
            using (var dying = world.Trainer(death: death))
            {
                if (await Record.ExceptionAsync(() => dying.RunAsync(Token)) is not { } died)
                {
                    break;
                }

                Assert.IsType<DiedException>(died);
                deaths++;
            }

            using var next = world.Trainer();
            var period = await next.RunAsync(Token);
            await AssertCountedOnceAsync(world, $"after death at call {at}");
            Assert.Null((await world.StateAsync()).Publication);
            Assert.True(period.TotalEvents == world.Events, $"{period}");
        }

        // Begin, two readings of segments, positions, a commit, outcomes, the active model, its weights, checkpoint, commit, publish, activate, commit, commit, tell.
        Assert.InRange(deaths, 14, 40);
    }

    [Fact]
    public async Task What_is_not_good_enough_is_not_published_and_counts_in_what_is_published_later()
    {
        using var world = new LearningWorld();
        var first = Push(world, seed: 1);
        await world.LiveAsync(100);
        using (var strict = world.Trainer(LearningWorld.Options with { Margin = -1 }))
        {
            var period = await strict.RunAsync(Token);
            Assert.Null(period.Version);
            Assert.Equal(first, world.Models.Active);
            Assert.StartsWith("not published: on ", period.Result, StringComparison.Ordinal);
            Assert.Contains("may be -1 above", period.Result, StringComparison.Ordinal);
            Assert.NotNull((await world.StateAsync()).Checkpoint);
        }

        await world.LiveAsync(50);
        using var lenient = world.Trainer();
        var published = await lenient.RunAsync(Token);

        var lineage = Lineage(world, published.Version!);
        Assert.Equal((300L, 80L + 60), (Count(lineage, "events"), Count(lineage, "requests")));
    }

    [Fact]
    public async Task Where_another_version_serves_training_begins_anew_from_it_and_events_still_count_once()
    {
        using var world = new LearningWorld();
        var first = Push(world, seed: 1);
        await world.LiveAsync(100);
        using var trainer = world.Trainer();
        var second = await trainer.RunAsync(Token);
        await world.LiveAsync(50);
        using (var strict = world.Trainer(LearningWorld.Options with { Margin = -1 }))
        {
            await strict.RunAsync(Token);
        }

        world.Models.RollBackTo(first);
        await world.LiveAsync(50);
        var third = await trainer.RunAsync(Token);

        var lineage = Lineage(world, third.Version!);
        Assert.Equal((first, 200L), (lineage.GetProperty("parent").GetString(), Count(lineage, "events")));
        Assert.NotEqual(second.Version, third.Version);
        await AssertCountedOnceAsync(world, "after a rollback");
    }

    [Fact]
    public async Task A_version_that_the_grid_refuses_is_told_and_its_counts_go_to_the_next()
    {
        using var world = new LearningWorld();
        var first = Push(world, seed: 1);
        await world.LiveAsync(100);
        world.Models.Refuses = new ModelRejectedException("kv-memory", ["too large"], "It does not fit.");
        using var trainer = world.Trainer();

        var refused = await trainer.RunAsync(Token);
        await world.LiveAsync(50);
        var taken = await trainer.RunAsync(Token);

        Assert.Equal(("refused: It does not fit.", null), (refused.Result, refused.Version));
        Assert.Equal((first, 300L), (Lineage(world, taken.Version!).GetProperty("parent").GetString(), Count(Lineage(world, taken.Version!), "events")));
    }

    [Fact]
    public async Task A_version_that_no_silo_can_load_stays_listed_with_what_it_counts_and_the_next_counts_the_rest()
    {
        using var world = new LearningWorld();
        var first = Push(world, seed: 1);
        await world.LiveAsync(100);
        world.Models.CannotLoad = new ModelRejectedException("kv-memory", ["too large"], "It does not fit.");
        using var trainer = world.Trainer();

        var refused = await trainer.RunAsync(Token);
        await world.LiveAsync(50);
        var taken = await trainer.RunAsync(Token);

        Assert.Equal(("listed, and not made active: It does not fit.", null), (refused.Result, refused.Version));
        Assert.Equal((first, 100L), (Lineage(world, taken.Version!).GetProperty("parent").GetString(), Count(Lineage(world, taken.Version!), "events")));
        await AssertCountedOnceAsync(world, "after one that could not be loaded");
    }

    // More slices than are read at once, and each segment rewritten between two readings.
    [Fact]
    public async Task What_changes_while_a_period_goes_on_is_counted_once()
    {
        using var world = new LearningWorld(users: 160);
        Push(world, seed: 1);
        await world.LiveAsync(1_000, reports: false);
        var options = LearningWorld.Options with { ActionLabels = [new TaskRule("taken", ["take"], ["skip"])], TimeBudget = TimeSpan.FromMinutes(5) };
        var readings = 0;
        using var trainer = world.Trainer(options, whileItReads: () => ++readings <= 20 ? world.LiveAsync(4, reports: false) : Task.CompletedTask);

        var period = await trainer.RunAsync(Token);
        var state = await world.StateAsync();

        Assert.True(period.Requests > 700, $"{period}");
        Assert.Equal(await world.ReadEventsAsync(), state.Total.Events);
        Assert.Equal(2 * state.Total.Requests, state.Total.Events);
    }

    [Fact]
    public async Task Segments_without_a_label_keep_nobody_up()
    {
        using var world = new LearningWorld(users: 160);
        Push(world, seed: 1);
        await world.LiveAsync(600, reports: false, labels: false);
        await world.LiveAsync(60, reports: false);
        using var trainer = world.Trainer(LearningWorld.Options with { ActionLabels = [new TaskRule("taken", ["take"], ["skip"])] });

        var period = await trainer.RunAsync(Token);

        Assert.Equal("published", period.Result);
        Assert.True(period.Events > 2 * period.Requests, $"{period}");
    }

    [Fact]
    public async Task Where_no_outcome_is_of_the_models_task_nothing_is_published_and_nothing_lost()
    {
        using var world = new LearningWorld();
        Push(world, seed: 1);
        await world.LiveAsync(80, task: "other");
        await world.LiveAsync(15);
        using var trainer = world.Trainer();

        var period = await trainer.RunAsync(Token);

        Assert.Null(period.Version);
        Assert.Single(world.Models.Listed);
        await AssertCountedOnceAsync(world, "after labels of another task");
    }

    [Fact]
    public async Task While_a_canary_runs_a_version_waits_to_serve_and_events_are_counted()
    {
        using var world = new LearningWorld();
        var first = Push(world, seed: 1);
        await world.LiveAsync(100);
        world.Models.Canary = new CanaryRunningException("v", "a canary runs");
        using var trainer = world.Trainer();

        var listed = await trainer.RunAsync(Token);
        await world.LiveAsync(50);
        var waiting = await trainer.RunAsync(Token);
        world.Models.Canary = null;
        var next = await trainer.RunAsync(Token);

        Assert.Equal(("waiting: a canary runs", null, 80L), (listed.Result, listed.Version, listed.Requests));
        Assert.Equal(("waiting: a canary runs", 100L, 0L), (waiting.Result, waiting.Events, waiting.Requests));
        Assert.Equal(("published", 3), (next.Result, world.Models.Listed.Count));
        var lineage = Lineage(world, next.Version!);
        Assert.Equal((world.Models.Listed[1].Version, 100L), (lineage.GetProperty("parent").GetString(), Count(lineage, "events")));
        Assert.Equal(first, Lineage(world, world.Models.Listed[1].Version).GetProperty("parent").GetString());
        await AssertCountedOnceAsync(world, "after a canary");
    }

    [Fact]
    public async Task A_version_that_waits_gives_way_to_one_that_somebody_else_makes_active()
    {
        using var world = new LearningWorld();
        Push(world, seed: 1);
        await world.LiveAsync(100);
        world.Models.Canary = new CanaryRunningException("v", "a canary runs");
        using var trainer = world.Trainer();
        await trainer.RunAsync(Token);
        var pushed = Push(world, seed: 2);
        world.Models.Canary = null;
        await world.LiveAsync(50);

        var next = await trainer.RunAsync(Token);

        // What the one counts that has given way is counted: it is listed.
        Assert.Equal("published", next.Result);
        Assert.Equal((pushed, 100L), (Lineage(world, next.Version!).GetProperty("parent").GetString(), Count(Lineage(world, next.Version!), "events")));
        await AssertCountedOnceAsync(world, "after one that gave way");
    }

    [Fact]
    public async Task Without_a_model_or_with_too_little_events_are_counted_and_it_says_what_is_missing()
    {
        using var world = new LearningWorld();
        await world.LiveAsync(10);
        using var trainer = world.Trainer();

        Assert.Equal(("no model is active yet", 20L), (await trainer.RunAsync(Token)) is var none ? (none.Result, none.Events) : default);
        Push(world, seed: 1);
        Assert.Equal(("10 new requests; a period takes 20 or more", 0L), (await trainer.RunAsync(Token)) is var few ? (few.Result, few.Events) : default);
    }

    [Fact]
    public async Task Actions_are_labels_until_the_first_outcome_is_reported()
    {
        using var world = new LearningWorld();
        Push(world, seed: 1);
        await world.LiveAsync(300, reports: false);
        var options = LearningWorld.Options with { ActionLabels = [new TaskRule("taken", ["take"], ["skip"])] };
        using var trainer = world.Trainer(options);

        var fromActions = await trainer.RunAsync(Token);
        await world.LiveAsync(100);
        var fromOutcomes = await trainer.RunAsync(Token);

        Assert.Equal(("actions", "published"), (fromActions.LabelsFrom, fromActions.Result));
        Assert.Equal("outcomes in the events", Metrics(world, fromActions.Version!).GetProperty("labels_from").GetString());
        Assert.True(fromActions.LogLoss < fromActions.ActiveLogLoss, $"{fromActions}");
        Assert.Equal(("outcomes", "published", 80L), (fromOutcomes.LabelsFrom, fromOutcomes.Result, fromOutcomes.Requests));
        Assert.Equal("reported outcomes", Metrics(world, fromOutcomes.Version!).GetProperty("labels_from").GetString());
        Assert.Equal(800, fromOutcomes.TotalEvents);
        await AssertCountedOnceAsync(world, "after actions and outcomes");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_labels_come_from_actions_too_each_event_counts_once_whenever_the_process_dies(bool afterwards)
    {
        using var world = new LearningWorld();
        Push(world, seed: 1);
        var options = LearningWorld.Options with { ActionLabels = [new TaskRule("taken", ["take"], ["skip"])] };
        await world.LiveAsync(60, reports: false);
        for (var at = 1; ; at++)
        {
            await world.LiveAsync(30, reports: false);
            using (var dying = world.Trainer(options, new Death(at, afterwards)))
            {
                if (await Record.ExceptionAsync(() => dying.RunAsync(Token)) is null)
                {
                    break;
                }
            }

            using var next = world.Trainer(options);
            await next.RunAsync(Token);
            var state = await world.StateAsync();
            Assert.Equal(state.Total.Events, Published(world) + state.SinceParent.Events);
        }

        // The newest are held back until there are newer ones.
        await world.LiveAsync(10);
        using var last = world.Trainer(options);
        Assert.Equal(world.Events, (await last.RunAsync(Token)).TotalEvents);
    }

    [Fact]
    public async Task A_history_that_takes_anothers_place_counts_anew_and_each_of_its_events_once()
    {
        using var world = new LearningWorld();
        Push(world, seed: 1);
        await world.LiveAsync(100);
        using var trainer = world.Trainer();
        var before = (await trainer.RunAsync(Token)).TotalEvents;

        await world.ReplaceAsync("u1", 12);
        Assert.Equal(before + 12, (await trainer.RunAsync(Token)).TotalEvents);
        await world.LiveAsync(10);
        Assert.Equal(before + 12 + 20, (await trainer.RunAsync(Token)).TotalEvents);
    }

    [Fact]
    public async Task What_does_not_fit_into_the_time_is_trained_on_later_and_nothing_twice()
    {
        using var world = new LearningWorld();
        Push(world, seed: 1);
        await world.LiveAsync(900);
        using var trainer = world.Trainer(LearningWorld.Options with { TimeBudget = TimeSpan.FromTicks(1), LeastRequests = 256 });

        var periods = new List<TrainingPeriodReport>();
        do
        {
            periods.Add(await trainer.RunAsync(Token));
        }
        while (periods[^1].Requests > 0);

        Assert.True(periods.Count > 3, $"{periods.Count} periods");
        Assert.InRange(periods.Sum(period => period.Requests), 900 - 256, 899);
        Assert.Equal(periods.Sum(period => period.Requests), (await world.StateAsync()).Total.Requests);
    }

    private static string Push(LearningWorld world, int seed) => world.Models.Push(LearningWorld.Config, ModelInitializer.Random(LearningWorld.Config, seed));

    private static async Task AssertCountedOnceAsync(LearningWorld world, string when)
    {
        var state = await world.StateAsync();
        Assert.True(
            (world.Events, world.Events) == (state.Total.Events, Published(world) + state.SinceParent.Events),
            $"{when}: {world.Events} events; {state.Total.Events} counted, {Published(world)} published, {state.SinceParent.Events} since");
    }

    /// <summary>Events of all published versions.</summary>
    private static long Published(LearningWorld world) => world.Models.Listed.Where(model => model.Metrics is not null).Sum(model => Count(Lineage(world, model.Version), "events"));

    private static JsonElement Metrics(LearningWorld world, string version) => world.Models.Listed.Single(model => model.Version == version).Metrics!.Value;

    private static JsonElement Lineage(LearningWorld world, string version) => Metrics(world, version).GetProperty("lineage");

    private static long Count(JsonElement lineage, string name) => lineage.GetProperty(name).GetInt64();
}
