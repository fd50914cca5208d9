using System.CommandLine;
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

    /// <summary>Shows how far files are read.</summary>
    public static IProgress<ReadProgress> Rows(IProgressBar bar) =>
        new Told<ReadProgress>(read => bar.Report(read.TotalBytes == 0 ? 0 : read.Bytes / (double)read.TotalBytes, $"{Figures.Whole(read.Rows)} rows"));

    private static Option<string[]> Files(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
}
