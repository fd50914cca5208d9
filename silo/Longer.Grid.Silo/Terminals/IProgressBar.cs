namespace Longer.Grid.Silo;

/// <summary>How far a piece of work is. Calls come from any thread, as often as convenient.</summary>
internal interface IProgressBar
{
    /// <summary>Shows how far the work is.</summary>
    /// <param name="share">0 to 1.</param>
    /// <param name="detail">Figures of the moment, such as a loss or a speed; short.</param>
    void Report(double share, string detail);
}
