using Longer.Grid.Model;
using Microsoft.Extensions.Hosting;

namespace Longer.Grid.Grains.Tests;

public sealed class ServingOptionsTests
{
    private static readonly ServingOptions Good = ServingOptions.Embedded(Path.GetTempPath());

    public static TheoryData<string, ServingOptions> Bad => new()
    {
        { nameof(ServingOptions.WriterQueueLimit), Good with { WriterQueueLimit = 0 } },
        { nameof(ServingOptions.ReencodingShare), Good with { ReencodingShare = 0 } },
        { nameof(ServingOptions.ReencodingShare), Good with { ReencodingShare = 1.1 } },
        { nameof(ServingOptions.ScoreTimeout), Good with { ScoreTimeout = TimeSpan.Zero } },
        { nameof(ServingOptions.WriteTimeout), Good with { WriteTimeout = TimeSpan.Zero } },
        { nameof(ServingOptions.WriteTimeout), Good with { WriteTimeout = TimeSpan.FromSeconds(30) } },
        { nameof(GuardOptions.ErrorRate), Good with { Guard = new() { ErrorRate = 0 } } },
        { nameof(GuardOptions.ErrorRate), Good with { Guard = new() { ErrorRate = 1.1 } } },
        { nameof(GuardOptions.Drift), Good with { Guard = new() { Drift = 0 } } },
        { nameof(GuardOptions.Drift), Good with { Guard = new() { Drift = double.NaN } } },
        { nameof(GuardOptions.LogLoss), Good with { Guard = new() { LogLoss = -0.1 } } },
        { nameof(GuardOptions.Least), Good with { Guard = new() { Least = 0 } } },
        { nameof(GuardOptions.Window), Good with { Guard = new() { Window = TimeSpan.Zero } } },
        { nameof(GuardOptions.Period), Good with { Guard = new() { Period = TimeSpan.Zero } } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void An_option_out_of_its_range_is_named(string name, ServingOptions options)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Host.CreateApplicationBuilder().UseOrleans(silo => silo.AddLongerServing(options)));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1 << 20, 16)]
    [InlineData(1, 0, 16)]
    [InlineData(1, 1 << 20, 0)]
    public void An_engine_without_workers_memory_or_a_queue_is_refused(int workers, long memory, int queue) =>
        Assert.ThrowsAny<ArgumentException>(() =>
        {
            using var device = new InferenceDevice(new EngineOptions { Workers = workers, KvBudgetBytes = memory, QueueLimit = queue }, TimeProvider.System);
        });
}
