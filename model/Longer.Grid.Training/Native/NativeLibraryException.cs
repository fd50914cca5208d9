namespace Longer.Grid.Training;

/// <summary>The native part of TorchSharp cannot be used on this machine as it is. The message says what to do.</summary>
/// <param name="message">What is wrong, where, and what helps.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class NativeLibraryException(string message, Exception? innerException = null) : Exception(message, innerException);
