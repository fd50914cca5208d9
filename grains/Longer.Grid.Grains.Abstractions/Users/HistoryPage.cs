using System.Collections.Immutable;

namespace Longer.Grid.Grains;

/// <summary>Part of a history, newest first.</summary>
/// <param name="Events">At most the asked number.</param>
/// <param name="Next">What to ask for as <c>before</c> to go on; <see langword="null"/> when nothing older is kept.</param>
[GenerateSerializer, Immutable, Alias("longer.history-page")]
public sealed record HistoryPage([property: Id(0)] ImmutableArray<KeptEvent> Events, [property: Id(1)] long? Next);

/// <summary>An event and its number in the user's life.</summary>
/// <param name="Ordinal">0 for the user's first event ever; it never changes.</param>
/// <param name="Event">The event as it was given.</param>
[GenerateSerializer, Immutable, Alias("longer.kept-event")]
public sealed record KeptEvent([property: Id(0)] long Ordinal, [property: Id(1)] BehaviorEvent Event);
