using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longer.Grid.Silo;

/// <summary>The figures of the moment, after a bar.</summary>
internal sealed class DetailColumn : ProgressColumn
{
    private volatile string _text = "";

    /// <summary>What is shown.</summary>
    public string Text
    {
        set => _text = value;
    }

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(_text);
}
