namespace Longer.Grid.Model;

/// <summary>The K/V budget is too small for a model: (workers + 1) of its largest states must fit (DESIGN.md section 4).</summary>
public sealed class KvBudgetException(long budgetBytes, long neededBytes)
    : Exception($"The K/V memory is {budgetBytes:N0} bytes; this model needs at least {neededBytes:N0}: one full state for each worker, and one more.")
{
    /// <summary>The budget as configured.</summary>
    public long BudgetBytes { get; } = budgetBytes;

    /// <summary>The smallest budget that the model accepts.</summary>
    public long NeededBytes { get; } = neededBytes;
}
