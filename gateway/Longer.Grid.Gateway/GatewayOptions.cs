namespace Longer.Grid.Gateway;

/// <summary>How the gateway listens and how much it reads.</summary>
public sealed record GatewayOptions
{
    /// <summary>Largest body of any route that has no limit of its own, in bytes.</summary>
    public long BodyLimitBytes { get; init; } = 8L << 20;

    /// <summary>Largest body of a batch of events, in bytes.</summary>
    public long EventsBodyLimitBytes { get; init; } = 32L << 20;

    /// <summary>Largest body of a model upload, in bytes. It is streamed, never held.</summary>
    public long ModelBodyLimitBytes { get; init; } = 16L << 30;

    /// <summary>Largest <c>config</c> part of an upload, in bytes.</summary>
    public long ConfigPartLimitBytes { get; init; } = 8L << 20;

    /// <summary>Largest <c>metrics</c> part of an upload, in bytes: it is held, and carried in every list of models.</summary>
    public long MetricsPartLimitBytes { get; init; } = 1L << 20;

    /// <summary>How long a score without <c>timeoutMs</c> is waited for.</summary>
    public TimeSpan ScoreTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a silo may say nothing to a read before it is asked anew. A silo that is gone is known to be within some 4 s; a call that
    /// was on its way there is never answered.
    /// </summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call is tried again while its user moves from one silo to another; zero tries once.</summary>
    public TimeSpan MovingTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a write is waited for, its repetitions included. A little above the time that a silo gives it, so that the silo's answer
    /// comes first: that one says for sure that nothing was changed.
    /// </summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Scores that may be under way at once; more are refused with 503 before their bodies are read. Default: 32 a processor, and 64 at least: enough to
    /// keep devices busy at the pace at which so many processors read bodies, and few enough that what waits is no burden to the garbage collector. At least 1.
    /// </summary>
    public int ConcurrentScores { get; init; } = Math.Max(64, 32 * Environment.ProcessorCount);

    /// <summary>
    /// Whether anyone who reaches the process may use it. Unless this is set, a server that would listen on anything but
    /// loopback does not start.
    /// </summary>
    public bool AllowUnauthenticated { get; init; }
}
