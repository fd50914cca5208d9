using System.Globalization;

namespace Longer.Grid.Silo;

/// <summary>Progress where nobody looks: a plain line at the start, every ten seconds, and at the end.</summary>
internal sealed class ProgressLines(TextWriter @out, string title, TimeProvider time) : IProgressBar
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private TimeSpan _next = TimeSpan.Zero;
    private string _detail = "";

    /// <inheritdoc/>
    public void Report(double share, string detail)
    {
        lock (_gate)
        {
            _detail = detail;
            var elapsed = time.GetElapsedTime(_began);
            if (elapsed >= _next && share < 1)
            {
                _next = elapsed + Every;
                var left = share > 0.01 ? $", {DurationText.Text(elapsed * ((1 - share) / share))} left" : "";
                @out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {share * 100:0} %{Detail}{left}"));
            }
        }
    }

    /// <summary>Says that it is done.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            @out.WriteLine($"{title}: done in {DurationText.Text(time.GetElapsedTime(_began))}{Detail}");
        }
    }

    private string Detail => _detail.Length == 0 ? "" : ", " + _detail;
}
