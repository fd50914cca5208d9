using System.Text;
using Longer.Grid.Training;

namespace Longer.Grid.Silo;

/// <summary>Commands to paste: real calls to a grid, about a user and items that it knows.</summary>
internal static class TryLines
{
    private const int Candidates = 3;

    /// <summary>A score, a status, a history, an append and the models: about the user who was shown something last.</summary>
    /// <param name="url">The gateway.</param>
    /// <param name="set">What was replayed.</param>
    /// <param name="plan">How it was replayed.</param>
    /// <param name="nowMs">When the appended event is to have happened, in Unix milliseconds.</param>
    public static IEnumerable<string> Of(Uri url, DataSet set, ReplayPlan plan, long nowMs)
    {
        var root = url.AbsoluteUri.TrimEnd('/');
        var shown = plan.Steps.OfType<ScoreStep>().MaxBy(step => (step.Request.HistoryEvents > 0, step.AtMs))!;
        var user = $"{root}/v1/users/{Uri.EscapeDataString(shown.UserId)}";
        var next = (set.Log.Find(shown.UserId) ?? set.Log.Users[^1]).Events[^1] with { AtMs = nowMs };
        yield return $"curl -s {root}/v1/score {Body(RequestJson.Score(shown.UserId, shown.Request.Candidates.Take(Candidates), atMs: null, timeoutMs: null))}";
        yield return $"curl -s {Quoted(user)}";
        yield return $"curl -s {Quoted(user + "/history?limit=3")}";
        yield return $"curl -s {Quoted(user + "/events")} {Body(RequestJson.Events([next]))}";
        yield return $"curl -s {root}/v1/models";
    }

    private static string Body(byte[] json) => $"-H 'content-type: application/json' -d {Quoted(Encoding.UTF8.GetString(json))}";

    // A shell takes everything between single quotes as it is, but the quote itself.
    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
