using Microsoft.Extensions.Logging;

namespace Longer.Grid.Grains;

/// <summary>The user grain's word to the operator: whoever asked is told by the error, and only who runs the grid can mend the store.</summary>
internal sealed partial class UserGrain : IIncomingGrainCallFilter
{
    private string? _toldDamage;

    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (UserUnreadableException e)
        {
            // Once, and not for every call that meets it.
            if (_toldDamage != e.Message)
            {
                _toldDamage = e.Message;
                LogDamaged(e);
            }

            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What the store holds of a user is damaged; the user's calls are refused")]
    private partial void LogDamaged(Exception e);
}
