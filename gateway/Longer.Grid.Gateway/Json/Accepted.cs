namespace Longer.Grid.Gateway;

/// <summary>What problems and the API's document say is accepted. One place, so that they say the same.</summary>
internal static class Accepted
{
    public static readonly string Id =
        $"a whole number from 0 to {ulong.MaxValue} without sign, fraction or exponent, or a string of 1 to {GatewayLimits.IdBytes} bytes of UTF-8 without control characters";

    public static readonly string PathId = $"1 to {GatewayLimits.IdBytes} bytes of UTF-8 without control characters, percent-encoded once";

    public static readonly string Action = $"a string of 1 to {GatewayLimits.IdBytes} bytes of UTF-8 without control characters";

    public static readonly string TaskName = $"the name of a task of the model, a string of 1 to {GatewayLimits.NameBytes} bytes";

    public static readonly string At = "whole Unix milliseconds, or ISO 8601 with an offset such as 2026-01-31T12:00:00.000Z, from 1990 to one day ahead";

    public static readonly string TopK = "a whole number of at least 1";

    public static readonly string TimeoutMs = $"whole milliseconds from 1 to {GatewayLimits.TimeoutMs}";

    public static readonly string Candidates = $"an array of 1 to {GatewayLimits.Candidates} candidates";

    public static readonly string Events = $"an array of 1 to {GatewayLimits.Events} events";

    public static readonly string Outcomes = $"an array of 1 to {GatewayLimits.Outcomes} outcomes";

    public static readonly string OutcomeItems = $"an array of 1 to {GatewayLimits.OutcomeItems} items";

    public static readonly string Labels = $"an object of 1 to {GatewayLimits.Labels} labels by task";

    public static readonly string Label = "0 or 1; a label that is not known is left out";

    public static readonly string LabelName =
        $"the name of a task, 1 to {GatewayLimits.NameBytes} bytes of UTF-8 without control characters, at most {GatewayLimits.FeatureNames} different ones in a body";

    public static readonly string RequestId = $"a string of 1 to {GatewayLimits.IdBytes} bytes of UTF-8 without control characters";

    public static readonly string Features = $"an object of at most {GatewayLimits.Features} ids by name";

    public static readonly string FeatureName =
        $"a name of 1 to {GatewayLimits.NameBytes} bytes of UTF-8 without control characters, at most {GatewayLimits.FeatureNames} different ones in a body";

    public static readonly string HistoryLimit = $"one whole number from 1 to {GatewayLimits.HistoryPage}";

    public static readonly string Percent = $"one whole number from 1 to {GatewayLimits.Percent}";

    public static readonly string Before = "one whole number of at least 0";
}
