namespace Longer.Grid.Silo;

/// <summary>Progress told on the thread that makes it, in its order.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => tell(value);
}
