namespace Longer.Grid.Model;

/// <summary>What an engine does in the time that no request wants.</summary>
public sealed partial class LongerEngine
{
    /// <summary>Of the made-up score of <see cref="WarmUpAsync"/>.</summary>
    private const int WarmCandidates = 100;

    /// <summary>Computes a user's state where there is none, or brings it up to the input, in the time that no request wants.</summary>
    /// <exception cref="ObjectDisposedException">The engine or the user's place has been disposed.</exception>
    public async Task EncodeAsync(UserKv user, UserInput input, CancellationToken cancellationToken)
    {
        CheckOwner(user);
        using var call = _calls.Enter(this);
        await UpdateAsync<object>(user, input, onlyIfResident: false, then: null, deadline: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs every graph once on a made-up user of a full window, in the time that no request wants: what is made at a first run is there when requests come.</summary>
    /// <exception cref="ObjectDisposedException">The engine has been disposed.</exception>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        using var call = _calls.Enter(this);
        using var user = CreateUser();
        var history = new EventHistory(firstOrdinal: 0, Config.MaxEvents + 1);
        for (var i = 0; i <= Config.MaxEvents; i++)
        {
            history.Append(new KeyedEvent((ulong)i, "", TimeSpan.MillisecondsPerMinute * i, []));
        }

        var input = new UserInput(history.Snapshot(), new UserFeatures(0, new Dictionary<string, ulong>()));
        var candidates = Enumerable.Range(0, WarmCandidates).Select(i => new CandidateFeatures((ulong)i, [])).ToArray();
        await UpdateAsync(
            user,
            input,
            onlyIfResident: false,
            (state, _, _) =>
            {
                _sessions.Append(state, input, new Timeline(input.History, Config.GroupSize).Newest);
                return _sessions.Score(state, candidates, history.NextOrdinal);
            },
            deadline: null,
            cancellationToken).ConfigureAwait(false);
    }
}
