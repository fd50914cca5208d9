using Longer.Grid.Grains;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.Gateway.Tests;

/// <summary>What the grid's failures are to a caller.</summary>
public sealed class FaultTests
{
    public static TheoryData<Exception, int, string, string?> Faults() => new()
    {
        { new OverloadedException(TimeSpan.FromMilliseconds(1_200), "queue full"), 503, "overloaded", "2" },
        { new OverloadedException(TimeSpan.Zero, "queue full"), 503, "overloaded", "1" },
        { new NoActiveModelException("no model"), 503, "no-active-model", "5" },
        { new StoreUnavailableException("disk full"), 503, "store-unavailable", "1" },
        { new StaleWriterException("moved"), 503, "stale-writer", "1" },
        { new UserUnreadableException("segment 7 is broken"), 500, "user-unreadable", null },
        { new TimeoutException("30 s"), 503, "grid-unavailable", "1" },
        { new SiloUnavailableException("gone"), 503, "grid-unavailable", "1" },
        { new InvalidOperationException("secret internals"), 500, "internal", null },
        { new OperationCanceledException("secret internals"), 503, "grid-unavailable", "1" },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task A_failure_is_a_problem_of_its_own_type_on_every_route(Exception fault, int status, string type, string? retryAfter)
    {
        await using var host = await GatewayHost.StartAsync(new() { MovingTimeout = TimeSpan.Zero });
        host.Grid.Before = (_, _) => Task.FromException(fault);
        (string, string, string?)[] routes =
        [
            ("POST", "/v1/score", BadRequestTests.Score()), ("POST", "/v1/users/u/events", BadRequestTests.Events()), ("PUT", "/v1/users/u/events", BadRequestTests.Events()),
            ("GET", "/v1/users/u", null), ("GET", "/v1/users/u/history", null), ("PUT", "/v1/users/u/profile", """{"features":{}}"""), ("DELETE", "/v1/users/u", null),
            ("POST", "/v1/outcomes", BadRequestTests.Outcomes()), ("GET", "/v1/models", null), ("POST", $"/v1/models/{new string('a', 64)}/activate", null), ("POST", "/v1/models/rollback", null),
        ];

        foreach (var (method, target, body) in routes)
        {
            var answer = await host.SendAsync(method, target, body);

            Assert.Equal((status, type), (answer.Status, answer.Problem));
            Assert.Equal(retryAfter, answer.Headers.GetValueOrDefault("Retry-After"));
            Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_write_that_met_a_move_is_tried_again()
    {
        await using var host = await GatewayHost.StartAsync();
        var tries = 0;
        host.Grid.Before = (_, _) => ++tries <= 3 ? Task.FromException(new StaleWriterException("moved")) : Task.CompletedTask;

        // Little by little: a delay that begins just after a step of the clock waits for the next one.
        var sent = host.SendAsync("POST", "/v1/users/u/events", BadRequestTests.Events());
        while (await Task.WhenAny(sent, Task.Delay(10, TestContext.Current.CancellationToken)) != sent)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(200, (await sent).Status);
        Assert.Equal(4, tries);
        Assert.Single(host.Grid.User("u").Events);
    }

    [Fact]
    public async Task A_write_that_meets_moves_without_end_is_given_up()
    {
        await using var host = await GatewayHost.StartAsync(new() { MovingTimeout = TimeSpan.Zero });
        var tries = 0;
        host.Grid.Before = (_, _) =>
        {
            tries++;
            return Task.FromException(new StaleWriterException("moved"));
        };

        var answer = await host.SendAsync("DELETE", "/v1/users/u");

        Assert.Equal((503, "stale-writer", 1), (answer.Status, answer.Problem, tries));
    }

    [Theory]
    [InlineData("POST", "/v1/users/u/events")]
    [InlineData("PUT", "/v1/users/u/events")]
    [InlineData("PUT", "/v1/users/u/profile")]
    [InlineData("DELETE", "/v1/users/u")]
    public async Task A_write_to_a_grid_that_does_not_answer_ends_in_time_and_tells_the_grid(string method, string target)
    {
        var options = new GatewayOptions();
        await using var host = await GatewayHost.StartAsync(options);
        var asked = new TaskCompletionSource<CancellationToken>();
        host.Grid.Before = (_, token) =>
        {
            asked.SetResult(token);
            return new TaskCompletionSource().Task;
        };
        var body = method == "DELETE" ? null : target.EndsWith("profile", StringComparison.Ordinal) ? """{"features":{}}""" : BadRequestTests.Events();

        var sent = host.SendAsync(method, target, body);
        var token = await asked.Task;
        host.Time.Advance(options.WriteTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(token.IsCancellationRequested);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));

        var answer = await sent;
        Assert.Equal((503, "grid-unavailable"), (answer.Status, answer.Problem));
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public void A_write_needs_time() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddLongerGateway(new GatewayOptions { WriteTimeout = TimeSpan.Zero }));
}
