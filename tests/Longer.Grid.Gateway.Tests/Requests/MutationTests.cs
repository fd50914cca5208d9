using System.Text;

namespace Longer.Grid.Gateway.Tests;

/// <summary>Good requests, broken at random: whatever comes of it is an answer that the document describes, and a refused one changes nothing.</summary>
public sealed class MutationTests
{
    private const int Requests = 6_000;

    private static readonly string[] Fragments =
    [
        "null", "true", "-1", "0", "1e9", "1.5", "18446744073709551616", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "{}", "[]", "[[[[", "\"", ",", ":", "}", "]", "\\", "//", "\uFEFF",
        "\"itemId\":1,", "\"features\":{\"a\":1},", "\"at\":0,", "\"labels\":{\"a\":1},", "é", "\u0085",
    ];

    private static readonly (string Method, string Target, string? Body, string Type)[] Seeds =
    [
        ("POST", "/v1/score", """{"userId":"u1","candidates":[{"itemId":17,"features":{"artist":5,"tag":null}},{"itemId":"x"}],"at":"2026-01-31T11:00:00Z","topK":1,"rankBy":"like","timeoutMs":5000}""", "application/json"),
        ("POST", "/v1/users/u1/events", """{"events":[{"itemId":17,"action":"play","at":1767225600000,"features":{"artist":5}},{"itemId":"x","action":"skip","at":"2026-01-31T11:00:00+01:00"}]}""", "application/json"),
        ("PUT", "/v1/users/a%2Fb/events", """{"events":[{"itemId":17,"action":"play","at":1767225600000}]}""", "application/json"),
        ("POST", "/v1/outcomes", """{"outcomes":[{"userId":"u1","at":1767225600000,"requestId":"r1","items":[{"itemId":17,"features":{"artist":5},"labels":{"like":1,"share":0}},{"itemId":"x","labels":{"like":0}}]}]}""", "application/json"),
        ("PUT", "/v1/users/u1/profile", """{"features":{"country":"de","age":31}}""", "application/json"),
        ("GET", "/v1/users/u1/history?limit=10&before=5", null, ""),
        ("GET", "/v1/users/u1", null, ""),
        ("DELETE", "/v1/users/u1", null, ""),
        ("GET", "/v1/models", null, ""),
        ("POST", "/v1/models", "--b\r\nContent-Disposition: form-data; name=\"config\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=\"weights\"\r\n\r\nw\r\n--b\r\nContent-Disposition: form-data; name=\"metrics\"\r\n\r\n{}\r\n--b--\r\n", "multipart/form-data; boundary=b"),
        ("POST", "/v1/models/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/activate", "{}", "application/json"),
    ];

    [Fact]
    public async Task Whatever_is_sent_the_answer_is_one_that_the_document_describes()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = (await host.SendAsync("GET", "/openapi/v1.json")).Json;
        var check = new SchemaCheck(document);
        var problem = check.Resolve("#/components/schemas/Problem");
        var random = new Random(20_260_131);
        var refused = 0;

        for (var i = 0; i < Requests; i++)
        {
            var (method, target, body, type) = Seeds[random.Next(Seeds.Length)];
            byte[]? bytes = body is null ? null : Encoding.UTF8.GetBytes(body);
            (target, bytes, type) = random.Next(12) switch
            {
                0 => (MutateTarget(target, random), bytes, type),
                1 => (target, bytes, random.Next(2) == 0 ? "text/plain" : type.Replace('b', 'c')),
                _ => (target, bytes is null ? null : Mutate(bytes, random), type),
            };
            method = random.Next(40) == 0 ? "PATCH" : method;
            var before = host.Grid.Changes;
            var answer = await SendAsync(host, method, target, bytes, type);

            var shown = $"{method} {target} {(bytes is null ? "" : Encoding.UTF8.GetString(bytes))} -> {answer.Status} {answer.Body}";
            Assert.True(answer.Status is 200 or 201 or 204 or (>= 400 and < 500), shown);
            if (answer.Status >= 400)
            {
                refused++;
                Assert.True(answer.ContentType == "application/problem+json", shown);
                Assert.True(check.Problem(problem, answer.Json) is null, $"{shown}: {check.Problem(problem, answer.Json)}");
                Assert.True(answer.Json.GetProperty("status").GetInt32() == answer.Status, shown);
                Assert.True(before == host.Grid.Changes, shown);
            }
        }

        Assert.InRange(refused, Requests / 2, Requests - 100);
        Assert.Empty(host.Grid.Store.Uploads);
    }

    private static async Task<Answer> SendAsync(GatewayHost host, string method, string target, byte[]? body, string type)
    {
        var content = body is null ? null : new ByteArrayContent(body);
        content?.Headers.TryAddWithoutValidation("Content-Type", type);
        return await host.SendAsync(method, target, content);
    }

    private static string MutateTarget(string target, Random random)
    {
        string[] pieces = ["%", "%2F", "%zz", "%C3", "?", "&", "=", "x", "/", "limit=3", "%00", "..", ";", "+", "%0a"];
        var piece = pieces[random.Next(pieces.Length)];
        var at = random.Next(4, target.Length + 1);
        return random.Next(3) == 0 && at < target.Length ? target.Remove(at, 1) : target.Insert(at, piece);
    }

    private static byte[] Mutate(byte[] body, Random random)
    {
        var bytes = body.ToList();
        for (var rounds = random.Next(1, 4); rounds > 0; rounds--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3 when at < bytes.Count:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                default:
                    ReplaceValue(bytes, at, Encoding.UTF8.GetBytes(Fragments[random.Next(Fragments.Length)]), replace: random.Next(2) == 0);
                    break;
            }
        }

        return [.. bytes];
    }

    // Puts a fragment where a value stands, which breaks the contract and not the syntax; else anywhere.
    private static void ReplaceValue(List<byte> bytes, int at, byte[] fragment, bool replace)
    {
        var from = bytes.FindIndex(Math.Min(at, Math.Max(0, bytes.Count - 1)), b => b == ':') + 1;
        if (replace && from > 0)
        {
            var end = bytes.FindIndex(from, b => b is (byte)',' or (byte)'}' or (byte)']');
            if (end > from)
            {
                bytes.RemoveRange(from, end - from);
                bytes.InsertRange(from, fragment);
                return;
            }
        }

        bytes.InsertRange(at, fragment);
    }
}
