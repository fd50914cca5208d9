namespace Longer.Grid.Grains;

/// <summary>Base of every failure that the grid itself reports. Bad arguments stay standard CLR exceptions.</summary>
[GenerateSerializer, Alias("longer.grid-exception")]
public abstract class GridException(string message, Exception? innerException) : Exception(message, innerException)
{
    /// <summary>Whether the same call could succeed later without any change by the caller.</summary>
    public abstract bool IsTransient { get; }
}
