using Longer.Grid.Grains;

namespace Longer.Grid.Benchmarks;

/// <summary>What appends go through.</summary>
internal interface IAppendTarget : IAsyncDisposable
{
    /// <summary>What the silo's writer has done so far.</summary>
    WriterFigures Writer { get; }

    /// <summary>Takes a user over, so that the appends measure nothing but appends.</summary>
    Task PrepareAsync(string user);

    /// <summary>Returns once the events are durable. No two at once of one user.</summary>
    Task AppendAsync(string user, IReadOnlyList<BehaviorEvent> events);
}
