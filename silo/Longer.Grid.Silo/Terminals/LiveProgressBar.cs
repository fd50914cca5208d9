using Spectre.Console;

namespace Longer.Grid.Silo;

/// <summary>A bar on a terminal.</summary>
internal sealed class LiveProgressBar(ProgressTask task, DetailColumn figures) : IProgressBar
{
    /// <inheritdoc/>
    public void Report(double share, string detail)
    {
        task.Value = Math.Clamp(share, 0, 1);
        figures.Text = detail;
    }

    /// <summary>Fills the bar.</summary>
    public void Finish()
    {
        task.Value = 1;
        task.StopTask();
    }
}
