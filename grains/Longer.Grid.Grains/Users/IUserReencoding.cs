namespace Longer.Grid.Grains;

/// <summary>A user as the silo it is on speaks to it. The key is the user id.</summary>
[Alias("longer.user-reencoding")]
internal interface IUserReencoding : IGrainWithStringKey
{
    /// <summary>
    /// Computes a state with the model that is to serve the user where another one has computed it, in the time that no request wants; once it knows
    /// all committed events, it serves. Without a state, nothing is done.
    /// </summary>
    [Alias("reencode"), ResponseTimeout("00:10:00")]
    Task ReencodeAsync(CancellationToken cancellationToken);
}
