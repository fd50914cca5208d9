using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>Keeps an engine loaded while a call uses it.</summary>
internal sealed class EngineLease(LongerEngine engine, bool isInterim, Action release) : IDisposable
{
    public LongerEngine Engine => engine;

    /// <summary>Whether the engine serves the user only until another one, which is to serve the user, has computed a state.</summary>
    public bool IsInterim => isInterim;

    public void Dispose() => release();
}
