using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>A model breaks the contract of MODEL.md, or does not fit the silo.</summary>
[GenerateSerializer, Alias("longer.model-rejected")]
public sealed class ModelRejectedException(string part, ImmutableArray<string> problems, string message, Exception? innerException = null) : GridException(message, innerException)
{
    /// <summary>What is wrong: <c>config.json</c>, <c>weights.safetensors</c>, <c>metrics.json</c>, or the option that it does not fit.</summary>
    [Id(0)]
    public string Part { get; } = part;

    /// <summary>Every problem, each naming the field or tensor, what was found and what is accepted.</summary>
    [Id(1)]
    public ImmutableArray<string> Problems { get; } = problems;

    /// <summary>What would have been taken; <see langword="null"/> where MODEL.md says it.</summary>
    [Id(2)]
    public string? Accepted { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}
