using System.Text.Json;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway;

/// <summary>The last training period, as the list of models tells it.</summary>
internal static class TrainingJson
{
    /// <summary>Writes the field <c>training</c>; null before the first period.</summary>
    public static void Write(Utf8JsonWriter json, TrainingPeriodReport? period)
    {
        if (period is null)
        {
            json.WriteNull("training"u8);
            return;
        }

        json.WriteStartObject("training"u8);
        json.WriteNumber("at"u8, period.AtMs);
        json.WriteString("result"u8, period.Result);
        json.WriteString("version"u8, period.Version);
        json.WriteNumber("events"u8, period.Events);
        json.WriteNumber("requests"u8, period.Requests);
        json.WriteNumber("testedLabels"u8, period.TestedLabels);
        Number(json, "logLoss"u8, period.LogLoss);
        Number(json, "activeLogLoss"u8, period.ActiveLogLoss);
        json.WriteString("labelsFrom"u8, period.LabelsFrom);
        json.WriteNumber("seconds"u8, period.Seconds);
        json.WriteNumber("totalEvents"u8, period.TotalEvents);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
