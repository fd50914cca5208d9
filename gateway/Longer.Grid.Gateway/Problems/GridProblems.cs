using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>What a failure below the gateway is to its caller.</summary>
internal static class GridProblems
{
    private static readonly TimeSpan SoonRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LateRetry = TimeSpan.FromSeconds(5);

    /// <summary>The problem that an exception is; <see langword="null"/> for one that nobody expected.</summary>
    public static Problem? Of(Exception exception) => exception switch
    {
        RequestRefusedException refused => refused.Problem,
        OverloadedException overloaded => new(ProblemType.Overloaded, overloaded.Message) { RetryAfter = overloaded.RetryAfter },
        NoActiveModelException none => new(ProblemType.NoActiveModel, none.Message) { RetryAfter = LateRetry },
        StoreUnavailableException store => new(ProblemType.StoreUnavailable, store.Message) { RetryAfter = SoonRetry },
        StaleWriterException stale => new(ProblemType.StaleWriter, stale.Message) { RetryAfter = SoonRetry },
        UserUnreadableException unreadable => new(ProblemType.UserUnreadable, unreadable.Message),
        UnknownModelException unknown => new(ProblemType.UnknownModel, unknown.Message),
        CanaryRunningException running => new(ProblemType.CanaryRunning, running.Message),
        UnknownSiloException unknown => new(ProblemType.UnknownSilo, unknown.Message),
        ModelRejectedException rejected => Rejected(ProblemType.ModelRejected, rejected),
        BadHttpRequestException bad => OfServer(bad),
        TimeoutException => new(ProblemType.GridUnavailable, "The grid did not answer in time.") { RetryAfter = SoonRetry },
        OrleansException or OperationCanceledException => new(ProblemType.GridUnavailable, "The silo that has to answer cannot be reached.") { RetryAfter = SoonRetry },
        _ => null,
    };

    /// <summary>A model that was refused, with everything that is wrong with it.</summary>
    public static Problem Rejected(ProblemType type, ModelRejectedException rejected)
    {
        var errors = rejected.Problems.IsDefaultOrEmpty ? [rejected.Message] : rejected.Problems;
        return new(type, rejected.Message)
        {
            Errors = [.. errors.Select(p => new FieldProblem(rejected.Part, p, rejected.Accepted ?? "what docs/models.md says"))],
        };
    }

    // What the server finds wrong while a body arrives.
    private static Problem OfServer(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => new(ProblemType.RequestTooSlow, bad.Message) { EndsConnection = true },
        StatusCodes.Status413PayloadTooLarge => new(ProblemType.BodyTooLarge, bad.Message) { EndsConnection = true },
        _ => new(ProblemType.MalformedBody, bad.Message) { EndsConnection = true },
    };
}
