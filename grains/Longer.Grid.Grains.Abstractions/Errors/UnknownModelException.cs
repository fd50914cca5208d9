namespace Longer.Grid.Grains;

/// <summary>No such model version is listed.</summary>
[GenerateSerializer, Alias("longer.unknown-model")]
public sealed class UnknownModelException(string version, string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <summary>The version asked for.</summary>
    [Id(0)]
    public string Version { get; } = version;

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
