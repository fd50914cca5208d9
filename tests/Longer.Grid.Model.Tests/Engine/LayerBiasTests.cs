namespace Longer.Grid.Model.Tests;

public sealed class LayerBiasTests
{
    // Times that stand still, jump by years and, in half of the cases, fall: buckets are searched for where they rise.
    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(7, 3, false)]
    [InlineData(40, 40, false)]
    [InlineData(60, 25, false)]
    [InlineData(60, 25, true)]
    [InlineData(200, 30, true)]
    public void Runs_of_keys_get_the_biases_of_each_pair(int keys, int window, bool falls)
    {
        const int Heads = 2, GroupSize = 3;
        var random = new Random(keys + window);
        float[] position = [.. Enumerable.Range(0, 64 * Heads).Select(_ => random.NextSingle())];
        float[] time = [.. Enumerable.Range(0, 64 * Heads).Select(_ => random.NextSingle())];
        var history = new EventHistory();
        var atMs = 1_600_000_000_000;
        for (var i = 0; i < (keys * GroupSize) - 1; i++)
        {
            atMs += random.Next(4) switch { 0 => 0, 1 => random.Next(5_000), 2 => random.Next(100_000_000), _ => falls ? -random.Next(1_000_000) : 0 };
            history.Append(new KeyedEvent(1, "play", atMs, []));
        }

        var timeline = new Timeline(history.Snapshot(), GroupSize);
        var bias = new LayerBias(position, time, Heads, window);
        var biases = new float[Heads * keys * keys];

        bias.WriteGroups(biases, timeline, keys, keys);

        for (var i = 0; i < keys; i++)
        {
            for (var j = 0; j < keys; j++)
            {
                for (var h = 0; h < Heads; h++)
                {
                    var seen = j <= i && i - j < window;
                    var expected = seen ? position[(LogBucket.Of(i - j) * Heads) + h] + time[(LogBucket.OfSeconds(timeline.LastMs(j), timeline.LastMs(i)) * Heads) + h] : ModelGraph.Masked;
                    Assert.Equal(expected, biases[(((h * keys) + i) * keys) + j]);
                }
            }
        }
    }
}
