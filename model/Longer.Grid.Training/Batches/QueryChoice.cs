namespace Longer.Grid.Training;

/// <summary>Which k of the visible groups a request's own rows read after layer 0: the sequence's queries in the paper's words.</summary>
public enum QueryChoice
{
    /// <summary>The newest k, as MODEL.md section 7 has it and as is served.</summary>
    Recent,

    /// <summary>
    /// k spread evenly over the window, the newest group among them. For comparisons alone: the choice moves with every new group, so that no state could
    /// be kept from one request to the next.
    /// </summary>
    Uniform,
}
