using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>A score that was answered.</summary>
/// <param name="UserId">The user.</param>
/// <param name="RequestId">What its caller knows it by; <see langword="null"/> without.</param>
/// <param name="AtMs">The moment that it was asked for, in Unix milliseconds.</param>
/// <param name="Version">What computed it.</param>
/// <param name="Tasks">The model's tasks.</param>
/// <param name="Items">Keys of the items in the answer.</param>
/// <param name="Probabilities">Shape <c>[Items, Tasks]</c>, row-major. Not a number where a label has come.</param>
internal sealed record ServedRequest(string UserId, string? RequestId, long AtMs, string Version, ImmutableArray<string> Tasks, ulong[] Items, float[] Probabilities)
{
    /// <summary>Of objects, lists and texts around the numbers.</summary>
    private const int Overhead = 400;

    /// <summary>About what it takes.</summary>
    public long Bytes => Overhead + (sizeof(ulong) * (long)Items.Length) + (sizeof(float) * (long)Probabilities.Length) + (sizeof(char) * ((long)UserId.Length + (RequestId?.Length ?? 0)));
}
