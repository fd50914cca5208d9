using Longer.Grid.Model;

namespace Longer.Grid.Training;

/// <summary>A user's samples, encoded, and who they are.</summary>
/// <param name="UserId">As it stood in the file.</param>
/// <param name="Requests">In the order of the encoded ones.</param>
/// <param name="Encoded">As the model reads them.</param>
internal sealed record TrainedUser(string UserId, IReadOnlyList<Request> Requests, EncodedUser Encoded)
{
    /// <summary>Samples by user, each one's requests by time.</summary>
    public static List<TrainedUser> Of(LongerConfig config, IReadOnlyList<Sample> samples) =>
        [.. samples.GroupBy(sample => sample.User, sample => sample.Request, ReferenceEqualityComparer.Instance).Select(group =>
        {
            var user = (UserSamples)group.Key!;
            List<Request> requests = [.. group.OrderBy(request => request.HistoryEvents).ThenBy(request => request.AtMs)];
            return new TrainedUser(user.UserId, requests, new EncodedUser(config, user, requests));
        })];
}
