using System.Collections.Immutable;

namespace Longer.Grid.Gateway;

/// <summary>One method of one path: how it is served and what its document says.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Pattern">Path, exact but for its one parameter.</param>
/// <param name="Name">Operation id.</param>
/// <param name="Summary">One sentence.</param>
internal sealed record GatewayRoute(string Method, string Pattern, string Name, string Summary)
{
    /// <summary>Serves it, with what the process has registered.</summary>
    public required Func<IServiceProvider, RequestDelegate> Handler { get; init; }

    /// <summary>More than the summary says.</summary>
    public string? Description { get; init; }

    /// <summary>The body it takes; <see langword="null"/> for none.</summary>
    public RouteBody? Body { get; init; }

    /// <summary>Its good answers.</summary>
    public required ImmutableArray<RouteAnswer> Answers { get; init; }

    /// <summary>A mistake that is likely here, as an example of a refusal; <see langword="null"/> where no request can be wrong.</summary>
    public FieldProblem? Mistake { get; init; }

    /// <summary>What else can come of it.</summary>
    public ImmutableArray<ProblemType> Problems { get; init; } = [];

    /// <summary>Whether it takes the query parameters of a page of history.</summary>
    public bool IsPaged { get; init; }

    /// <summary>Whether it takes the query parameter of a part of the users.</summary>
    public bool IsForPart { get; init; }
}

/// <summary>A body that a route takes.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Schema">Name of its schema.</param>
/// <param name="Example">A request that is served; <see langword="null"/> for bodies that are not JSON.</param>
internal sealed record RouteBody(string ContentType, string Schema, string? Example);

/// <summary>A good answer of a route.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Description">When it comes.</param>
/// <param name="Schema">Name of its schema; <see langword="null"/> without a body.</param>
/// <param name="Example">What it may look like.</param>
internal sealed record RouteAnswer(int Status, string Description, string? Schema = null, string? Example = null);
