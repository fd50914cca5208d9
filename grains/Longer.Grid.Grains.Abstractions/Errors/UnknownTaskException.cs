using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>The model has no such task.</summary>
[GenerateSerializer, Alias("longer.unknown-task")]
public sealed class UnknownTaskException(string task, ImmutableArray<string> accepted, string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <summary>The task asked for.</summary>
    [Id(0)]
    public string Task { get; } = task;

    /// <summary>The tasks that the model has.</summary>
    [Id(1)]
    public ImmutableArray<string> Accepted { get; } = accepted;

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
