using System.Collections.Concurrent;
using Longer.Grid.Grains;

namespace Longer.Grid.FaultySilo;

/// <summary>A user grain that is not reentrant: a call waits until the one before it has ended.</summary>
internal sealed class OneCallAtATime : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<GrainId, SemaphoreSlim> _turns = new();

    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType != typeof(IUserGrain))
        {
            await context.Invoke();
            return;
        }

        var turn = _turns.GetOrAdd(context.TargetId, static _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync();
        try
        {
            await context.Invoke();
        }
        finally
        {
            turn.Release();
        }
    }
}
