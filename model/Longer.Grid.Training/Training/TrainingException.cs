namespace Longer.Grid.Training;

/// <summary>Training cannot go on; the message says where it stopped and what may help.</summary>
public sealed class TrainingException(string message) : Exception(message);
