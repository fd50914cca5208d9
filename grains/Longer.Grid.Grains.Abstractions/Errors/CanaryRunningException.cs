namespace Longer.Grid.Grains;

/// <summary>Another version serves a part of the users: no more than two are loaded anywhere, so it is made active or rolled back first.</summary>
[GenerateSerializer, Alias("longer.canary-running")]
public sealed class CanaryRunningException(string canary, string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <summary>The version that is the canary.</summary>
    [Id(0)]
    public string Canary { get; } = canary;

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
