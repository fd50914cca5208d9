using System.Collections.Immutable;

namespace Longer.Grid.Gateway;

/// <summary>Every route there is: the one table that the router and the API's document are made from.</summary>
internal static class GatewayRoutes
{
    private const string Version = "5b3a0a0c3f1f6f0d2b9a4b9f6a3b0c6e7d1f2a3b4c5d6e7f8091a2b3c4d5e6f7";
    private const string Json = "application/json";

    private static readonly ImmutableArray<ProblemType> Read = [ProblemType.UserUnreadable, ProblemType.StoreUnavailable, ProblemType.Overloaded];
    private static readonly ImmutableArray<ProblemType> Write = [.. Read, ProblemType.StaleWriter];

    private static readonly FieldProblem WrongId = new("{id}", "holds a % at character 3 that two hex digits do not follow", Accepted.PathId);

    private const string EventsExample = """
        {"events":[{"itemId":4711,"action":"play","at":"2026-01-31T11:59:00Z","features":{"artist":12}},{"itemId":"song-9","action":"skip","at":1769860800000}]}
        """;

    private const string OutcomesExample = """
        {"outcomes":[{"userId":5,"at":"2026-01-31T11:59:00Z","requestId":"0f1e2d3c","items":[{"itemId":4711,"features":{"artist":12},"labels":{"like":1}},{"itemId":"song-9","labels":{"like":0}}]}]}
        """;

    private static readonly RouteBody EventsIn = new(Json, "EventsRequest", EventsExample);

    private static readonly RouteAnswer EventsOut = new(200, "The events are durable.", "EventsAnswer", """{"accepted":2,"duplicates":0,"userEvents":2}""");

    private static readonly FieldProblem WrongEvent = new("$.events[1].at", "is missing", "this field is required");

    /// <summary>The table.</summary>
    public static ImmutableArray<GatewayRoute> All { get; } =
    [
        new("POST", "/v1/score", "score", "Scores candidates for a user.")
        {
            Handler = s => s.GetRequiredService<ScoreThrottle>().Before(s.GetRequiredService<ScoreEndpoint>().ScoreAsync),
            Description = "Every event acknowledged before counts. Without topK items come in the order asked; with it the best come first, ties in the order asked.",
            Body = new(Json, "ScoreRequest", """{"userId":5,"candidates":[{"itemId":4711,"features":{"artist":12}},{"itemId":"song-9"}],"topK":1}"""),
            Answers =
            [
                new(200, "All scores come from one model version and one state of the user. The header Server-Timing has the milliseconds that were the model's.", "ScoreAnswer", $$$"""
                    {"requestId":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","modelVersion":"{{{Version}}}","userEvents":2,"cache":"warm","items":[{"itemId":"song-9","scores":{"like":0.73105854}}]}
                    """),
            ],
            Mistake = new("$.candidates[3].itemId", "-7 is not accepted", Accepted.Id),
            Problems = [.. Read, ProblemType.NoActiveModel, ProblemType.DeadlinePassed],
        },
        new("POST", "/v1/users/{id}/events", "appendEvents", "Appends events to a user's history.")
        {
            Handler = s => s.GetRequiredService<UserEndpoints>().AppendAsync,
            Description = "Answers after the commit. Events with the item, action and time of one of the newest 16,384 are dropped and counted, so a batch may be sent again.",
            Body = EventsIn,
            Answers = [EventsOut],
            Mistake = WrongEvent,
            Problems = Write,
        },
        new("PUT", "/v1/users/{id}/events", "replaceEvents", "Replaces a user's whole history at once. The profile stays.")
        {
            Handler = s => s.GetRequiredService<UserEndpoints>().ReplaceAsync,
            Body = EventsIn,
            Answers = [EventsOut],
            Mistake = WrongEvent,
            Problems = Write,
        },
        new("GET", "/v1/users/{id}", "getUser", "Says where a user's state is and how much there is of it.")
        {
            Handler = s => s.GetRequiredService<UserEndpoints>().GetAsync,
            Answers =
            [
                new(200, "Also for a user never seen, who is an empty one.", "UserAnswer", $$"""
                    {"userId":"5","userEvents":2,"firstOrdinal":0,"firstAt":1769860740000,"lastAt":1769860800000,"tier":"device","silo":"S127.0.0.1:11111:1","modelVersion":"{{Version}}","deviceBytes":131072,"hostBytes":512}
                    """),
            ],
            Mistake = WrongId,
            Problems = Read,
        },
        new("DELETE", "/v1/users/{id}", "forgetUser", "Erases every trace of a user.")
        {
            Handler = s => s.GetRequiredService<UserEndpoints>().ForgetAsync,
            Answers = [new(204, "Nothing is left, or there was nothing.")],
            Mistake = WrongId,
            Problems = Write,
        },
        new("GET", "/v1/users/{id}/history", "getHistory", "Reads a user's events, newest first.")
        {
            Handler = s => s.GetRequiredService<UserEndpoints>().GetHistoryAsync,
            IsPaged = true,
            Answers =
            [
                new(200, "A page; ask for the next with before = next.", "HistoryAnswer", """
                    {"events":[{"ordinal":1,"itemId":"song-9","action":"skip","at":1769860800000,"features":{}},{"ordinal":0,"itemId":"4711","action":"play","at":1769860740000,"features":{"artist":"12"}}],"next":null}
                    """),
            ],
            Mistake = new("?limit", "\"0\" is not accepted, or is not the only one", Accepted.HistoryLimit),
            Problems = Read,
        },
        new("PUT", "/v1/users/{id}/profile", "setProfile", "Replaces a user's profile; it counts from the next score on.")
        {
            Handler = s => s.GetRequiredService<UserEndpoints>().SetProfileAsync,
            Body = new(Json, "ProfileRequest", """{"features":{"country":"de","age":31}}"""),
            Answers = [new(204, "The profile is durable.")],
            Mistake = new("$.features.age", "true is not accepted", Accepted.Id),
            Problems = Write,
        },
        new("POST", "/v1/outcomes", "addOutcomes", "Keeps what users were shown and what came of it: the labels of training.")
        {
            Handler = s => s.GetRequiredService<OutcomesEndpoint>().AddAsync,
            Description = "All of a body or none of it, in one commit; users may be mixed. An outcome is known by all that it says: user, time, requestId, and items with their features and labels. "
                + "Sent again it is a duplicate and counted once, as long as it is kept; with another content it is another outcome, so send one when all its labels are known. "
                + "Kept as long as the grid is told (--outcome-retention, 30 days by default) from when they are accepted, whatever their time, and erased with their user.",
            Body = new(Json, "OutcomesRequest", OutcomesExample),
            Answers = [new(200, "The outcomes are durable.", "OutcomesAnswer", """{"accepted":1,"duplicates":0}""")],
            Mistake = new("$.outcomes[0].items[1].labels.like", "true is not accepted", Accepted.Label),
            Problems = [ProblemType.StoreUnavailable, ProblemType.Overloaded],
        },
        new("GET", "/v1/models", "listModels", "Lists all model versions, newest first.")
        {
            Handler = s => s.GetRequiredService<ModelEndpoints>().ListAsync,
            Answers =
            [
                new(200, "The active and the previous version and all there are.", "ModelsAnswer", $$$"""
                    {"active":"{{{Version}}}","previous":null,"canary":null,"models":[{"version":"{{{Version}}}","createdAt":1769860000000,"state":"active","rollout":"re-encoding 63 %","metrics":{"auc":0.74},"parent":null,"rolledBack":null}],"training":{"at":1769860600000,"result":"published","version":"{{{Version}}}","events":5120,"requests":1840,"testedLabels":2300,"logLoss":0.4402,"activeLogLoss":0.4417,"labelsFrom":"outcomes","seconds":41.2,"totalEvents":905120}}
                    """),
            ],
            Mistake = new("?limit", "is not a query parameter here", "no query parameters"),
            Problems = [ProblemType.StoreUnavailable],
        },
        new("POST", "/v1/models", "uploadModel", "Publishes a model: a serving silo checks it, then it is listed.")
        {
            Handler = s => s.GetRequiredService<UploadEndpoint>().UploadAsync,
            Description = "The parts may come in any order. A version is named by its contents: the same files again change nothing. A refused upload leaves nothing.",
            Body = new("multipart/form-data", "ModelUpload", null),
            Answers =
            [
                new(201, "A new version.", "VersionAnswer", $$"""{"version":"{{Version}}"}"""),
                new(200, "The same files were published before.", "VersionAnswer", $$"""{"version":"{{Version}}"}"""),
            ],
            Mistake = new("part weights", "is missing", "one part each named config and weights, and at most one named metrics"),
            Problems = [ProblemType.ModelRejected, ProblemType.StoreUnavailable, ProblemType.Overloaded],
        },
        new("POST", "/v1/models/{version}/activate", "activateModel", "Makes a version the one that serves, all users or a part of them.")
        {
            Handler = s => s.GetRequiredService<ModelEndpoints>().ActivateAsync,
            Description = "With percent below 100 it is the canary: it serves a fixed part of the users, the active version all others. Asked again, with more, it serves those and others; with 100, or without, all. "
                + "While there is a canary no other version is activated. A canary, or a version that was just made active, is rolled back by itself when a guard trips: rolledBack in the list says why.",
            IsForPart = true,
            Answers =
            [
                new(200, "The version is active, or the canary.", "StateAnswer", $$"""{"version":"{{Version}}","state":"active"}"""),
                new(202, "The version is on its way: ask again, or look at the list.", "StateAnswer", $$"""{"version":"{{Version}}","state":"loading"}"""),
            ],
            Mistake = new("?percent", "\"0\" is not accepted, or is not the only one", Accepted.Percent),
            Problems = [ProblemType.UnknownModel, ProblemType.ModelNotLoadable, ProblemType.CanaryRunning, ProblemType.StoreUnavailable, ProblemType.Overloaded],
        },
        new("POST", "/v1/models/rollback", "rollBackModel", "Ends the canary; without one, makes the version active again that was before the active one.")
        {
            Handler = s => s.GetRequiredService<ModelEndpoints>().RollBackAsync,
            Description = "While there is a canary, that serves nobody any more, and nothing else is changed. Else the version before is active again: at once as long as users are left whom it still serves; "
                + "else it is loaded first. Asked again, it goes forth again.",
            Answers =
            [
                new(200, "The version is active.", "StateAnswer", $$"""{"version":"{{Version}}","state":"active"}"""),
                new(202, "The version is on its way: look at the list.", "StateAnswer", $$"""{"version":"{{Version}}","state":"loading"}"""),
            ],
            Mistake = new("$.version", "is not a field here", "no body, or an empty object"),
            Problems = [ProblemType.UnknownModel, ProblemType.ModelNotLoadable, ProblemType.BodyTooLarge, ProblemType.UnsupportedMediaType, ProblemType.StoreUnavailable, ProblemType.Overloaded],
        },
        new("GET", "/v1/cluster", "getCluster", "Lists the silos of the grid.")
        {
            Handler = s => s.GetRequiredService<ClusterEndpoints>().ListAsync,
            Answers =
            [
                new(200, "What a serving silo says of itself is in serving; null for others, and for one that does not answer.", "ClusterAnswer", $$$"""
                    {"silos":[{"silo":"10.0.0.7:11111@123","name":"Silo_5f1e2","roles":["serve","gateway"],"state":"active","serving":{"modelVersion":"{{{Version}}}","canary":null,"pending":null,"device":"cpu","kvBudgetBytes":2147483648,"kvUsedBytes":1048576,"residentUsers":3,"activeUsers":5,"queue":0,"unsafeDurability":false,"reencoding":null}}]}
                    """),
            ],
            Mistake = new("?limit", "is not a query parameter here", "no query parameters"),
            Problems = [ProblemType.StoreUnavailable, ProblemType.Overloaded],
        },
        new("POST", "/v1/cluster/silos/{silo}/drain", "drainSilo", "Has a serving silo leave: its users move first, what runs is finished, and its process exits with 0.")
        {
            Handler = s => s.GetRequiredService<ClusterEndpoints>().DrainAsync,
            Answers = [new(202, "It has begun; it is done when the silo is no longer listed.", "DrainAnswer", """{"silo":"10.0.0.7:11111@123","state":"draining"}""")],
            Mistake = new("$.force", "is not a field here", "no body, or an empty object"),
            Problems = [ProblemType.UnknownSilo, ProblemType.BodyTooLarge, ProblemType.UnsupportedMediaType, ProblemType.Overloaded],
        },
        new("GET", "/health/live", "live", "The process answers.")
        {
            Handler = static _ => HealthEndpoints.LiveAsync,
            Answers = [new(200, "It does.", "HealthAnswer", """{"status":"live"}""")],
        },
        new("GET", "/health/ready", "ready", "The process takes requests, also while no model is active.")
        {
            Handler = s => s.GetRequiredService<HealthEndpoints>().ReadyAsync,
            Answers = [new(200, "It does.", "HealthAnswer", """{"status":"ready"}""")],
            Problems = [ProblemType.NotReady],
        },
        new("GET", "/openapi/v1.json", "describe", "This document.")
        {
            Handler = s => s.GetRequiredService<ApiDocument>().ServeAsync,
            Answers = [new(200, "OpenAPI 3.1.", "AnyObject", """{"openapi":"3.1.1"}""")],
        },
    ];
}
