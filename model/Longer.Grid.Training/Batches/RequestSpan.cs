namespace Longer.Grid.Training;

/// <summary>Requests of one user, consecutive in time, that share one encoding of the user's history.</summary>
/// <param name="User">Whose they are.</param>
/// <param name="First">Index of the first in <see cref="EncodedUser.Requests"/>.</param>
/// <param name="Count">Requests, at least one.</param>
internal readonly record struct RequestSpan(EncodedUser User, int First, int Count)
{
    public ReadOnlySpan<EncodedRequest> Requests => User.Requests.AsSpan(First, Count);

    /// <summary>Candidates of all requests.</summary>
    public int Candidates
    {
        get
        {
            var sum = 0;
            foreach (var request in Requests)
            {
                sum += request.Candidates;
            }

            return sum;
        }
    }
}
