using System.CommandLine;
using Longer.Grid.Grains;
using Longer.Grid.Training;
using Microsoft.Extensions.DependencyInjection;

namespace Longer.Grid.Silo;

/// <summary>The options of a process that keeps learning.</summary>
internal sealed class LearningOptions
{
    private const string Off = "off";

    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    private const string AcceptedRule = "TASK=ACTION[,ACTION..]/ACTION[,ACTION..]: those that say yes, then those that say no";

    private readonly Option<TimeSpan> _every = SharedOptions.Parsed<TimeSpan>(
        new("--train-every") { Description = "How often to train on what is new and publish it where it is no worse; off: never, and what was learned since the last version is given up", HelpName = "TIME" },
        "10m",
        TryEvery,
        $"off, or {DurationText.Accepted}");

    private readonly Option<TimeSpan> _time = new("--train-time") { Description = "How long to fit at most in a period; by default half of --train-every", HelpName = "TIME" };

    private readonly Option<double> _share = SharedOptions.Number("--train-share", "Part of the time in which a process that serves too trains, at low priority and on half of its processors", 0.5, 0.01, 1);

    private readonly Option<double> _margin = SharedOptions.Number("--train-margin", "By how much the new log loss may be above the active model's, on the same labels, for it to be published; negative: how much better it has to be", 0.0, -1, 1);

    private readonly Option<int> _least = SharedOptions.Number("--train-least", "Requests with outcomes that a period needs", new ContinuousOptions().LeastRequests, 2, 5_000);

    private readonly Option<double> _rate = SharedOptions.Number("--train-rate", "Learning rate", new ContinuousOptions().Fit.LearningRate, 1e-9, 1);

    private readonly Option<TaskRule[]> _labels = new("--label-actions")
    {
        Description = $"Which actions are labels as long as no outcome is reported, as {AcceptedRule}", HelpName = "RULE", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [],
    };

    /// <summary>Makes the options.</summary>
    public LearningOptions()
    {
        _time.CustomParser = result =>
        {
            if (DurationText.TryParse(result.Tokens[^1].Value, out var time))
            {
                return time;
            }

            result.AddError($"--train-time {result.Tokens[^1].Value}: accepted is {DurationText.Accepted}");
            return default;
        };
        _labels.CustomParser = result =>
        {
            var rules = new List<TaskRule>();
            foreach (var token in result.Tokens)
            {
                if (RuleOf(token.Value) is { } rule)
                {
                    rules.Add(rule);
                }
                else
                {
                    result.AddError($"--label-actions {token.Value}: accepted is {AcceptedRule}");
                }
            }

            return [.. rules];
        };
    }

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _every, _time, _share, _margin, _least, _rate, _labels })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether what has been learned is to be given up.</summary>
    public bool Ends(ParseResult parsed) => parsed.GetValue(_every) == Never;

    /// <summary>Has a process train that a command line says is to.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="roles">What the process is there for: all, of a grid of its own.</param>
    /// <returns>What adds it; <see langword="null"/> where nothing trains.</returns>
    /// <exception cref="CommandException">An option is given that does nothing in this process.</exception>
    public Action<IServiceCollection, GridDatabase>? Of(ParseResult parsed, SiloRole roles)
    {
        if (!roles.HasFlag(SiloRole.Train))
        {
            return new Option[] { _every, _time, _share, _margin, _least, _rate, _labels }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given
                ? throw new CommandException($"{given.Name} is for a process that trains: its --roles have train") { ExitCode = ExitCodes.Usage }
                : null;
        }

        var every = parsed.GetValue(_every);
        if (every == Never)
        {
            return null;
        }

        var options = new ContinuousOptions
        {
            Every = every,
            TimeBudget = parsed.GetResult(_time) is null ? every / 2 : parsed.GetValue(_time),
            Margin = parsed.GetValue(_margin),
            LeastRequests = parsed.GetValue(_least),
            ActionLabels = parsed.GetRequiredValue(_labels),
            Fit = new() { LearningRate = parsed.GetValue(_rate) },
        };
        if (roles.HasFlag(SiloRole.Serve))
        {
            options = options.BesideServing(parsed.GetValue(_share));
        }

        return (services, database) => services.AddContinuousTraining(database, options);
    }

    private static bool TryEvery(string text, out TimeSpan every)
    {
        if (text == Off)
        {
            every = Never;
            return true;
        }

        return DurationText.TryParse(text, out every);
    }

    private static TaskRule? RuleOf(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || text[(equals + 1)..].Split('/') is not [var yes, var no])
        {
            return null;
        }

        var rule = new TaskRule(text[..equals], yes.Split(','), no.Split(','));
        return rule.Positive.Concat(rule.Negative).All(action => action.Length > 0) && !rule.Positive.Intersect(rule.Negative, StringComparer.Ordinal).Any() ? rule : null;
    }
}
