using Longer.Grid.Training;
using Request = Longer.Grid.Training.Request;

namespace Longer.Grid.Silo;

/// <summary>One thing that happened to a user, to be done again through HTTP.</summary>
/// <param name="UserId">The user.</param>
/// <param name="AtMs">When, in Unix milliseconds.</param>
internal abstract record ReplayStep(string UserId, long AtMs);

/// <summary>Candidates were shown: they are scored.</summary>
internal sealed record ScoreStep(string UserId, Request Request) : ReplayStep(UserId, Request.AtMs);

/// <summary>The user did something: it is appended.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Events">In time order, at least one; the user was shown nothing between them.</param>
internal sealed record AppendStep(string UserId, IReadOnlyList<BehaviorRecord> Events) : ReplayStep(UserId, Events[^1].AtMs);
