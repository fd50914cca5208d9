using Longer.Grid.Model;

namespace Longer.Grid.Training.Tests;

public sealed class ModelShapeTests
{
    private static readonly TrainingSet Set = TinySet.Of(1);

    // Shorter than a group, exactly one, and a little more.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 4)]
    public void A_window_of_a_few_events_is_kept_to_with_groups_no_longer_than_it(int maxEvents, int groupSize)
    {
        var config = new ModelShape { MaxEvents = maxEvents }.For(Set);

        Assert.Equal((maxEvents, groupSize), (config.MaxEvents, config.GroupSize));
        Assert.Equal(config.MaxEvents, LongerConfigJson.Parse(LongerConfigJson.Write(config)).MaxEvents);
    }

    [Fact]
    public void A_window_is_no_longer_than_the_longest_history_asks_for()
    {
        var longest = Set.Users.SelectMany(u => u.Requests).Max(r => r.HistoryEvents);

        Assert.InRange(longest, 51, 100);
        Assert.Equal(100, new ModelShape().For(Set).MaxEvents);
    }
}
