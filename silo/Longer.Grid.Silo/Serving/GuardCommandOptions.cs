using System.CommandLine;
using System.Globalization;
using Longer.Grid.Grains;

namespace Longer.Grid.Silo;

/// <summary>The options that say when a model is rolled back by itself.</summary>
internal sealed class GuardCommandOptions
{
    private const string Off = "off";

    private static readonly GuardOptions Default = new();

    /// <summary>On the share of failed scores.</summary>
    public Option<Limit<double>> Errors { get; } = Threshold("--guard-errors", "Roll a canary, or a model just made active, back when its share of failed scores is above the other model's by more", Default.ErrorRate, most: 1);

    /// <summary>On the mean score.</summary>
    public Option<Limit<double>> Drift { get; } = Threshold("--guard-drift", "So when its mean score of a task is further from the other's", Default.Drift, most: 1);

    /// <summary>On the log loss.</summary>
    public Option<Limit<double>> LogLoss { get; } = Threshold("--guard-log-loss", "So, of a canary, when its mean log loss on outcomes that came of its scores is above the other's by more", Default.LogLoss, most: 100);

    /// <summary>Before which nothing is judged.</summary>
    public Option<int> Least { get; } = SharedOptions.Number("--guard-least", "Scores, or labels, that both models have before they are compared", Default.Least, 1, int.MaxValue);

    /// <summary>After an activation.</summary>
    public Option<Limit<TimeSpan>> Window { get; } = SharedOptions.Parsed<Limit<TimeSpan>>(
        new("--guard-window") { Description = "For how long a model just made active for all users is compared with the one before", HelpName = "TIME" },
        "10m",
        TryWindow,
        $"{DurationText.Accepted}, or {Off}");

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Errors, Drift, LogLoss, Least, Window })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What a command line asks for.</summary>
    public GuardOptions Of(ParseResult parsed) => new()
    {
        ErrorRate = parsed.GetRequiredValue(Errors).Value,
        Drift = parsed.GetRequiredValue(Drift).Value,
        LogLoss = parsed.GetRequiredValue(LogLoss).Value,
        Least = parsed.GetValue(Least),
        Window = parsed.GetRequiredValue(Window).Value,
    };

    private static Option<Limit<double>> Threshold(string name, string description, double? fallback, double most) => SharedOptions.Parsed<Limit<double>>(
        new(name) { Description = description, HelpName = "X" },
        fallback?.ToString(CultureInfo.InvariantCulture) ?? Off,
        (string text, out Limit<double> limit) => TryThreshold(text, most, out limit),
        string.Create(CultureInfo.InvariantCulture, $"a number above 0 up to {most}, or {Off}"));

    private static bool TryThreshold(string text, double most, out Limit<double> limit)
    {
        var isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most;
        limit = new(isNumber ? number : null);
        return isNumber || text == Off;
    }

    private static bool TryWindow(string text, out Limit<TimeSpan> window)
    {
        var isTime = DurationText.TryParse(text, out var time);
        window = new(isTime ? time : null);
        return isTime || text == Off;
    }
}

/// <summary>A limit as a command line tells it: a value of an option cannot be null itself where its type is a number's.</summary>
/// <param name="Value">The limit; <see langword="null"/> for none.</param>
internal sealed record Limit<T>(T? Value)
    where T : struct;
