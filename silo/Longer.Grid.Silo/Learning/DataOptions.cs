using System.CommandLine;
using Longer.Grid.Model;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>The options that name behaviours to read.</summary>
internal sealed class DataOptions
{
    private readonly Option<string[]> _events = Files("--events", "Files of events: CSV with a header or NDJSON, gzipped or not");
    private readonly Option<string[]> _impressions = Files("--impressions", "Files of what users were shown and what came of it; without them, the schema says where labels come from");
    private readonly Option<string> _schema = new("--schema") { Description = "What the files' columns mean; examples stand under docs/schemas", HelpName = "FILE" };

    /// <summary>The files of events.</summary>
    public Option<string[]> Events => _events;

    /// <summary>The files of impressions.</summary>
    public Option<string[]> Impressions => _impressions;

    /// <summary>The schema file.</summary>
    public Option<string> Schema => _schema;

    /// <summary>The event log alone.</summary>
    public EventLog ReadEvents(ParseResult parsed, IProgressBar bar) => EventLog.Of(
        new EventReader(DataSchemaJson.Load(parsed.GetRequiredValue(_schema)), TimeProvider.System).Read(parsed.GetRequiredValue(_events), Rows(bar)));

    /// <summary>Whether there are files of impressions.</summary>
    public bool HasImpressions(ParseResult parsed) => parsed.GetValue(_impressions) is { Length: > 0 };

    /// <summary>What the files of impressions say, and the tasks that the schema has labels of.</summary>
    public (IReadOnlyList<LabelledRequest> Requests, IReadOnlyList<string> Tasks) ReadImpressions(ParseResult parsed, IProgressBar bar)
    {
        var schema = DataSchemaJson.Load(parsed.GetRequiredValue(_schema));
        var requests = new ImpressionReader(schema, TimeProvider.System).Read(parsed.GetRequiredValue(_impressions), Rows(bar));
        return (requests, [.. schema.Impressions!.Labels.Select(label => label.Name)]);
    }

    /// <summary>Events and the labelled requests on them.</summary>
    public DataSet Read(ParseResult parsed, IProgressBar bar) => DataSet.FromFiles(
        new DataSetOptions
        {
            EventFiles = parsed.GetRequiredValue(_events),
            ImpressionFiles = parsed.GetValue(_impressions) ?? [],
            Schema = DataSchemaJson.Load(parsed.GetRequiredValue(_schema)),
        },
        TimeProvider.System,
        Rows(bar));

    /// <summary>Refuses a model that asks for what the data do not have.</summary>
    /// <param name="of">Whose model it is, as it was given: <c>--model DIR</c>.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="set">The data.</param>
    /// <exception cref="CommandException">The model has other tasks than the data, or a side feature that they lack.</exception>
    public static void Hold(string of, LongerConfig config, TrainingSet set)
    {
        if (!config.Tasks.SequenceEqual(set.Tasks, StringComparer.Ordinal))
        {
            throw new CommandException($"{of}: its tasks are {string.Join(", ", config.Tasks)}; the data's are {string.Join(", ", set.Tasks)}");
        }

        var (asked, there) = (config.Sides.Select(s => s.Name).ToList(), set.Sides.Select(s => s.Name).ToList());
        if (asked.Except(there, StringComparer.Ordinal).Any())
        {
            throw new CommandException(
                $"{of}: its sides are {string.Join(", ", asked)}; the data's, in the schema's events.sides, are {(there.Count == 0 ? "none" : string.Join(", ", there))}");
        }
    }

    /// <summary>Where labels come from, in words.</summary>
    public static string LabelsFrom(SampleSource source) => source switch
    {
        SampleSource.Impressions => "impressions",
        SampleSource.Outcomes => "outcomes in the events",
        SampleSource.ReportedOutcomes => "reported outcomes",
        _ => "events, against sampled negatives",
    };

    /// <summary>Shows how far files are read.</summary>
    public static IProgress<ReadProgress> Rows(IProgressBar bar) =>
        new Told<ReadProgress>(read => bar.Report(read.TotalBytes == 0 ? 0 : read.Bytes / (double)read.TotalBytes, $"{Figures.Whole(read.Rows)} rows"));

    private static Option<string[]> Files(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
}
