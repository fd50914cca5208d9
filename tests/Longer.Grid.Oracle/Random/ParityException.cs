namespace Longer.Grid.Oracle;

/// <summary>A scorer does not compute what MODEL.md says.</summary>
/// <param name="message">Where they part, and the seed that shows it.</param>
public sealed class ParityException(string message) : Exception(message);
