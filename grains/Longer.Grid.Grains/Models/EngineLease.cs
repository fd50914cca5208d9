using Longer.Grid.Model;

namespace Longer.Grid.Grains;

/// <summary>Keeps an engine loaded while a call uses it.</summary>
internal sealed class EngineLease(LongerEngine engine, Action release) : IDisposable
{
    public LongerEngine Engine => engine;

    public void Dispose() => release();
}
