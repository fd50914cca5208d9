namespace Longer.Grid.Gateway;

/// <summary>A kind of problem. Its <see cref="Uri"/> is what a program should look at; it never changes its meaning.</summary>
/// <param name="Name">Last part of the URI.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">The same for every problem of this kind.</param>
/// <param name="Meaning">What happened and what to do, for the API's document.</param>
internal sealed record ProblemType(string Name, int Status, string Title, string Meaning)
{
    public static readonly ProblemType MalformedRequest = new(
        "malformed-request", 400, "The request is not HTTP.", "Its first line, its path or its headers cannot be read: a path is percent-encoded ASCII without %00. The connection ends.");

    public static readonly ProblemType MalformedBody = new(
        "malformed-body", 400, "The body cannot be read.", "The body is not valid UTF-8, not one JSON value, or not a multipart form. `errors` says where.");

    public static readonly ProblemType InvalidRequest = new(
        "invalid-request", 400, "The request breaks the contract.", "`errors` names every field that is missing, unknown, mistyped or out of its limits. Nothing was changed.");

    public static readonly ProblemType ModelRejected = new(
        "model-rejected", 400, "The model breaks the contract.", "`errors` names each field or tensor that is wrong. Nothing of the upload is kept.");

    public static readonly ProblemType UnknownRoute = new(
        "unknown-route", 404, "There is no such route.", "Paths are exact: case and slashes count.");

    public static readonly ProblemType UnknownModel = new(
        "unknown-model", 404, "There is no such model version.", "Publish it first: POST /v1/models.");

    public static readonly ProblemType UnknownSilo = new(
        "unknown-silo", 404, "There is no such silo.", "GET /v1/cluster lists those that are there; a silo has another id after each start.");

    public static readonly ProblemType MethodNotAllowed = new(
        "method-not-allowed", 405, "The route does not take this method.", "The header `Allow` says which it takes.");

    public static readonly ProblemType RequestTooSlow = new(
        "request-too-slow", 408, "The request arrived too slowly.", "Send it again over a faster connection.");

    public static readonly ProblemType ModelNotLoadable = new(
        "model-not-loadable", 409, "The model cannot be loaded.", "A serving silo refused it: its files are broken, or they do not fit the silo's memory. The active model stays.");

    public static readonly ProblemType CanaryRunning = new(
        "canary-running", 409, "Another version is the canary.", "No more than two versions are loaded. Activate the canary for all users, or roll it back, first; GET /v1/models names it.");

    public static readonly ProblemType BodyTooLarge = new(
        "body-too-large", 413, "The body is too large.", "The detail says how large it may be. Nothing was changed.");

    public static readonly ProblemType UnsupportedMediaType = new(
        "unsupported-media-type", 415, "The body's type is not taken.", "JSON routes take `application/json` in UTF-8, uploads `multipart/form-data`; no content encoding is taken.");

    public static readonly ProblemType TargetTooLong = new(
        "target-too-long", 414, "The path and the query are too long.", "The first line of a request may have 65536 bytes. The connection ends.");

    public static readonly ProblemType HeadersTooLarge = new(
        "headers-too-large", 431, "The headers are too many or too large.", "A request may have 100 headers, and 32768 bytes of them. The connection ends.");

    public static readonly ProblemType UserUnreadable = new(
        "user-unreadable", 500, "What is stored of this user cannot be read.", "Other users are not concerned. DELETE the user, or PUT the history again.");

    public static readonly ProblemType Internal = new(
        "internal", 500, "The gateway failed.", "A mistake of ours. The log has it under the `requestId`.");

    public static readonly ProblemType Overloaded = new(
        "overloaded", 503, "The grid is overloaded.", "A bounded queue is full, or the time that the grid gives a request passed in it; never because of the request's own `timeoutMs`. Nothing was changed. Wait as `Retry-After` says.");

    public static readonly ProblemType NoActiveModel = new(
        "no-active-model", 503, "No model is active.", "Events are taken all the same. Publish a model and activate it.");

    public static readonly ProblemType StoreUnavailable = new(
        "store-unavailable", 503, "The store is not available.", "Whether a write was committed may be unknown: send the same events or outcomes again, repeats are dropped.");

    public static readonly ProblemType StaleWriter = new(
        "stale-writer", 503, "The user is moving.", "Other activations of the user took over again and again. Nothing was changed by this request. Try again.");

    public static readonly ProblemType GridUnavailable = new(
        "grid-unavailable", 503, "The grid does not answer.", "The silo that has to answer is starting, stopping, gone or not answering. Whether a write was committed may be unknown: send the same events or outcomes again.");

    public static readonly ProblemType NotReady = new(
        "not-ready", 503, "The process is not ready.", "It is starting or stopping: send requests elsewhere.");

    public static readonly ProblemType DeadlinePassed = new(
        "deadline-passed", 504, "The time of the request has passed.", "The request's own `timeoutMs` passed, or would have passed, before the scores were there. Never without a `timeoutMs`.");

    public static readonly ProblemType UnsupportedVersion = new(
        "unsupported-version", 505, "The version of HTTP is not taken.", "HTTP/1.1 is. The connection ends.");

    /// <summary>All kinds there are.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        MalformedRequest, MalformedBody, InvalidRequest, ModelRejected, UnknownRoute, UnknownModel, UnknownSilo, MethodNotAllowed, RequestTooSlow, ModelNotLoadable, CanaryRunning, BodyTooLarge,
        UnsupportedMediaType, TargetTooLong, HeadersTooLarge, UserUnreadable, Internal, Overloaded, NoActiveModel, StoreUnavailable, StaleWriter, GridUnavailable, NotReady, DeadlinePassed,
        UnsupportedVersion,
    ];

    public string Uri => $"urn:longer-grid:problem:{Name}";
}
