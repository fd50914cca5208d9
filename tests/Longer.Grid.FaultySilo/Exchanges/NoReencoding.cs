using Longer.Grid.Grains;
using Longer.Grid.Model;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Longer.Grid.FaultySilo;

/// <summary>Leaves the users of a version that leaves without a state.</summary>
internal sealed class NoReencoding(
    ActiveUsers users, IGrainFactory grains, ServingOptions options, IHostApplicationLifetime host, TimeProvider time, ILogger<UserReencoding> log)
    : UserReencoding(users, grains, options, host, time, log)
{
    /// <inheritdoc/>
    public override Task RunAsync(string from, Func<UserKv, string, bool> isStray, CancellationToken overtaken) => Task.CompletedTask;
}
