namespace Longer.Grid.Benchmarks;

/// <summary>What callers met with.</summary>
/// <param name="Capacity">Scores a second that callers get who wait for their answers.</param>
/// <param name="Before">Under the load, before any push.</param>
/// <param name="Pushes">From the upload of a model until every user has a state of it.</param>
/// <param name="After">When nothing was under way any more.</param>
internal sealed record PushFigures(double Capacity, LoadFigures Before, IReadOnlyList<Pushed> Pushes, LoadFigures After);

/// <summary>One push.</summary>
/// <param name="UploadSeconds">Until the model was listed.</param>
/// <param name="ActivateSeconds">From there until it was active.</param>
/// <param name="ReencodeSeconds">From there until every user had a state of it.</param>
/// <param name="Load">What callers met with meanwhile.</param>
internal sealed record Pushed(double UploadSeconds, double ActivateSeconds, double ReencodeSeconds, LoadFigures Load);
