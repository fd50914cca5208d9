using Microsoft.Extensions.Time.Testing;

namespace Longer.Grid.Model.Tests;

public sealed class DeadlineTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_default_is_no_deadline()
    {
        Assert.Null(Deadline.None.Remaining(_time));
        Assert.False(default(Deadline).IsPast(_time));
    }

    [Fact]
    public void A_deadline_runs_down_to_zero_and_stays_there()
    {
        var deadline = Deadline.After(_time, TimeSpan.FromSeconds(3));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((TimeSpan.FromSeconds(1), false), (deadline.Remaining(_time)!.Value, deadline.IsPast(_time)));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((TimeSpan.Zero, true), (deadline.Remaining(_time)!.Value, deadline.IsPast(_time)));

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((TimeSpan.Zero, true), (deadline.Remaining(_time)!.Value, deadline.IsPast(_time)));
    }

    [Fact]
    public void The_longest_wait_is_still_a_deadline() => Assert.False(Deadline.After(_time, TimeSpan.MaxValue).IsPast(_time));
}
