using System.Text.Json;

namespace Longer.Grid.Training;

/// <summary>What <c>metrics.json</c> says of a model: measured only on requests later than all that it was trained on.</summary>
public sealed record ModelMetrics
{
    /// <summary>By task.</summary>
    public required IReadOnlyDictionary<string, RankingMetrics> Tasks { get; init; }

    /// <summary>Where the labels come from.</summary>
    public required SampleSource Source { get; init; }

    /// <summary>Requests trained on.</summary>
    public required int TrainRequests { get; init; }

    /// <summary>Requests measured on.</summary>
    public required int TestRequests { get; init; }

    /// <summary>Time of the first request trained on, in Unix milliseconds.</summary>
    public required long TrainFromMs { get; init; }

    /// <summary>Time of the first request measured on.</summary>
    public required long TestFromMs { get; init; }

    /// <summary>Time of the last one.</summary>
    public required long TestToMs { get; init; }

    /// <summary>Seconds that fitting took.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>What fitting did.</summary>
    public required TrainingReport Report { get; init; }

    /// <summary>Numbers in the weights.</summary>
    public required long Parameters { get; init; }

    /// <summary>Where the weights come from; <see langword="null"/> for those that were fitted from nothing.</summary>
    public ModelLineage? Lineage { get; init; }

    /// <summary>The file's bytes: a JSON object, indented.</summary>
    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartObject("tasks");
            foreach (var (task, metrics) in Tasks)
            {
                json.WriteStartObject(task);
                Number(json, "auc", metrics.Auc);
                Number(json, "user_auc", metrics.UserAuc);
                json.WriteNumber("users_with_both", metrics.UsersWithBoth);
                Number(json, "log_loss", metrics.LogLoss);
                json.WriteNumber("samples", metrics.Samples);
                json.WriteNumber("positives", metrics.Positives);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteString("labels_from", Source switch
            {
                SampleSource.Impressions => "impressions",
                SampleSource.Outcomes => "outcomes in the events",
                SampleSource.ReportedOutcomes => "reported outcomes",
                _ => "events, against sampled negatives",
            });
            json.WriteNumber("train_requests", TrainRequests);
            json.WriteNumber("test_requests", TestRequests);
            json.WriteNumber("train_from_ms", TrainFromMs);
            json.WriteNumber("test_from_ms", TestFromMs);
            json.WriteNumber("test_to_ms", TestToMs);
            json.WriteNumber("train_seconds", Math.Round(TrainSeconds, 1));
            json.WriteNumber("parameters", Parameters);
            json.WriteNumber("steps", Report.Steps);
            json.WriteNumber("dropped_steps", Report.Dropped.Count);
            json.WriteStartObject("touched_rows");
            foreach (var table in Report.Tables)
            {
                json.WriteStartObject(table.Table);
                json.WriteNumber("touched", table.Touched);
                json.WriteNumber("rows", table.Rows);
                Number(json, "per_step", table.PerStep);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            if (Lineage is { } lineage)
            {
                json.WriteStartObject("lineage");
                json.WriteString("parent", lineage.Parent);
                json.WriteNumber("events", lineage.Events);
                json.WriteNumber("requests", lineage.Requests);
                json.WriteNumber("samples", lineage.Samples);
                Number(json, "from_ms", lineage.FromMs ?? double.NaN);
                Number(json, "to_ms", lineage.ToMs ?? double.NaN);
                json.WriteNumber("seconds", Math.Round(lineage.Seconds, 1));
                json.WriteNumber("total_events", lineage.TotalEvents);
                Number(json, "parent_log_loss", lineage.ParentLogLoss);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    // JSON has no NaN: what cannot be measured is null.
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, Math.Round(value, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
