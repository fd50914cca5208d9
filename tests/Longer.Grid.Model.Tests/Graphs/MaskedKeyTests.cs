using Microsoft.ML.OnnxRuntime;

namespace Longer.Grid.Model.Tests;

public sealed class MaskedKeyTests
{
    // Row lengths below, at and above the width of a vector register, and a full window.
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(2500)]
    public void A_masked_key_adds_nothing_to_what_the_seen_ones_give(int keys)
    {
        var graph = new GraphBuilder("masked");
        graph.Output("shares", graph.Softmax(graph.Input("logits", ElementType.Float, 1, -1)), 1, -1);
        using var device = new DeviceProvider("cpu");
        using var session = device.Open(graph.Build());
        var (logits, shares) = (new float[keys], new float[keys]);
        Array.Fill(logits, 50 + ModelGraph.Masked);
        (logits[0], logits[^1]) = (-30, -30);
        using var run = new RunArguments();
        run.Input("logits", logits, 1, keys);
        run.Output("shares", OrtValue.CreateTensorValueFromMemory(shares, [1, keys]));

        run.Run(session);

        Assert.Equal((0.5f, 0.5f), (shares[0], shares[^1]));
        Assert.All(shares[1..^1], share => Assert.Equal(0, share));
    }
}
