using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>One candidate of a request, as its file named it and as the model reads it.</summary>
public sealed class RequestCandidate
{
    /// <summary>Takes the names; the keys follow from them.</summary>
    /// <param name="itemId">The item's id as it stood in the file.</param>
    /// <param name="sides">Side values by name, as they stood in the file; a missing value is left out.</param>
    public RequestCandidate(string itemId, IReadOnlyList<KeyValuePair<string, string>> sides)
    {
        ItemId = itemId;
        Sides = sides;
        Features = new CandidateFeatures(EntityKey.Of(itemId), BehaviorRecord.Keys(sides));
    }

    /// <summary>The item's id as it stood in the file.</summary>
    public string ItemId { get; }

    /// <summary>Side values by name, as they stood in the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Sides { get; }

    /// <summary>The same as keys.</summary>
    public CandidateFeatures Features { get; }
}
