namespace Longer.Grid.Gateway;

/// <summary>A request that is not served. Thrown before anything was changed; <see cref="ProblemMiddleware"/> answers with it.</summary>
internal sealed class RequestRefusedException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>A request with one wrong field.</summary>
    public RequestRefusedException(ProblemType type, string path, string detail, string accepted)
        : this(Problem.Of(type, new FieldProblem(path, detail, accepted)))
    {
    }

    /// <summary>What to answer.</summary>
    public Problem Problem { get; } = problem;
}
