using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Longer.Grid.Gateway;

/// <summary>Query parameters, read as strictly as a body: names are exact, none is unknown, none is there twice.</summary>
internal static class RequestQuery
{
    private const int ShownChars = 64;

    /// <summary>Refuses a request that has any.</summary>
    /// <exception cref="RequestRefusedException">It has.</exception>
    public static void RefuseAny(HttpContext context)
    {
        if (context.Request.QueryString.HasValue)
        {
            Read(context, "no query parameters", static (_, _) => null);
        }
    }

    /// <summary>The page of a history that is asked for.</summary>
    /// <exception cref="RequestRefusedException">A parameter is unknown, repeated or out of its limits.</exception>
    public static (int Limit, long? Before) HistoryPage(HttpContext context)
    {
        (int? limit, long? before) = (null, null);
        Read(context, "the query parameters limit and before", (name, value) =>
        {
            switch (name)
            {
                case "limit":
                    var asked = limit is null ? Whole(value, 1, GatewayLimits.HistoryPage) : null;
                    limit = (int?)asked;
                    return asked is null ? Accepted.HistoryLimit : "";
                case "before":
                    before = before is null ? Whole(value, 0, long.MaxValue) : null;
                    return before is null ? Accepted.Before : "";
                default:
                    return null;
            }
        });
        return (limit ?? GatewayLimits.DefaultHistoryPage, before);
    }

    /// <summary>How many users of a hundred a version is to serve.</summary>
    /// <exception cref="RequestRefusedException">A parameter is unknown, repeated or out of its limits.</exception>
    public static int Percent(HttpContext context)
    {
        int? percent = null;
        Read(context, "the query parameter percent", (name, value) =>
        {
            if (name != "percent")
            {
                return null;
            }

            percent = percent is null ? (int?)Whole(value, 1, GatewayLimits.Percent) : null;
            return percent is null ? Accepted.Percent : "";
        });
        return percent ?? GatewayLimits.Percent;
    }

    // take: null for a name that is not known, what is accepted for a value that is not, else "".
    private static void Read(HttpContext context, string known, Func<string, string, string?> take)
    {
        var problems = new List<FieldProblem>();
        foreach (var parameter in new QueryStringEnumerable(context.Request.QueryString.Value))
        {
            var (name, value) = (parameter.DecodeName().ToString(), parameter.DecodeValue().ToString());
            var accepted = take(name, value);
            if (accepted != "")
            {
                problems.Add(accepted is null
                    ? new($"?{Shown(name)}", "is not a query parameter here", known)
                    : new($"?{name}", $"\"{Shown(value)}\" is not accepted, or is not the only one", accepted));
            }

            if (problems.Count == JsonBodyReader.MostProblems)
            {
                break;
            }
        }

        if (problems.Count > 0)
        {
            throw new RequestRefusedException(Problem.Of(ProblemType.InvalidRequest, [.. problems]));
        }
    }

    private static long? Whole(string text, long smallest, long largest) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && (text.Length == 1 || text[0] != '0') && value >= smallest && value <= largest
            ? value
            : null;

    private static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(ShownChars))
        {
            shown.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }

        return shown.ToString();
    }
}
