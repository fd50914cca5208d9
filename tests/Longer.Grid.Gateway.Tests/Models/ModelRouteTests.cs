using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Longer.Grid.Grains;

namespace Longer.Grid.Gateway.Tests;

public sealed class ModelRouteTests
{
    private static readonly (string Name, string Content)[] Good = [("config", "{\"format\":1}"), ("weights", "\0\r\n--notboundary\u00ff"), ("metrics", "{\"auc\":0.75}")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(1, 0)]
    public async Task Parts_may_come_in_any_order_and_the_same_files_are_the_same_version(params int[] order)
    {
        await using var host = await GatewayHost.StartAsync();

        var first = await UploadAsync(host, [.. order.Select(i => Good[i])]);
        var again = await UploadAsync(host, Good);

        Assert.Equal((201, 200), (first.Status, again.Status));
        Assert.Equal(Version(Good[0].Content, Good[1].Content), first.Json.GetProperty("version").GetString());
        Assert.Equal(first.Body, again.Body);
        Assert.Empty(host.Grid.Store.Uploads);
    }

    [Fact]
    public async Task A_version_is_listed_with_its_metrics_and_activated()
    {
        await using var host = await GatewayHost.StartAsync();
        Assert.Equal("""{"active":null,"previous":null,"canary":null,"models":[],"training":null}""", (await host.SendAsync("GET", "/v1/models")).Body);
        var version = (await UploadAsync(host, Good)).Json.GetProperty("version").GetString();

        var activated = await host.SendAsync("POST", $"/v1/models/{version}/activate", (string?)null);

        Assert.Equal((200, $$"""{"version":"{{version}}","state":"active"}"""), (activated.Status, activated.Body));
        Assert.Equal(
            $$$"""{"active":"{{{version}}}","previous":null,"canary":null,"models":[{"version":"{{{version}}}","createdAt":1700000000000,"state":"published","rollout":null,"metrics":{"auc":0.75},"parent":null,"rolledBack":null}],"training":null}""",
            (await host.SendAsync("GET", "/v1/models")).Body);
    }

    [Fact]
    public async Task The_list_tells_what_the_last_training_period_did()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.Grid.Registry.TrainedAsync(new(1_700_000_000_000, "published", "v", 600, 240, 120, 0.5, 0.625, "outcomes", 1.5, 900), Token);

        var published = (await host.SendAsync("GET", "/v1/models")).Json.GetProperty("training").GetRawText();
        await host.Grid.Registry.TrainedAsync(new(1_700_000_000_000, "no model is active yet", null, 0, 0, 0, null, null, "actions", 0, 900), Token);
        var nothing = (await host.SendAsync("GET", "/v1/models")).Json.GetProperty("training").GetRawText();

        Assert.Equal(
            """{"at":1700000000000,"result":"published","version":"v","events":600,"requests":240,"testedLabels":120,"logLoss":0.5,"activeLogLoss":0.625,"labelsFrom":"outcomes","seconds":1.5,"totalEvents":900}""",
            published);
        Assert.Equal(
            """{"at":1700000000000,"result":"no model is active yet","version":null,"events":0,"requests":0,"testedLabels":0,"logLoss":null,"activeLogLoss":null,"labelsFrom":"actions","seconds":0,"totalEvents":900}""",
            nothing);
    }

    [Fact]
    public async Task A_rollback_goes_to_the_version_before_and_the_list_says_how_far_versions_are_on_their_way()
    {
        await using var host = await GatewayHost.StartAsync();
        var first = (await UploadAsync(host, Good)).Json.GetProperty("version").GetString();
        var second = (await UploadAsync(host, [Good[0], ("weights", "others")])).Json.GetProperty("version").GetString();
        await host.SendAsync("POST", $"/v1/models/{first}/activate", (string?)null);
        await host.SendAsync("POST", $"/v1/models/{second}/activate", (string?)null);

        var back = await host.SendAsync("POST", "/v1/models/rollback", (string?)null);
        var list = (await host.SendAsync("GET", "/v1/models")).Json;

        Assert.Equal((200, $$"""{"version":"{{first}}","state":"active"}"""), (back.Status, back.Body));
        Assert.Equal((first, second), (list.GetProperty("active").GetString(), list.GetProperty("previous").GetString()));
        Assert.Equal(["loading 2/3 silos", "re-encoding 62 %"], list.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("rollout").GetString()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(99)]
    public async Task A_version_that_is_activated_for_a_part_of_the_users_is_the_canary_until_a_rollback(int percent)
    {
        await using var host = await GatewayHost.StartAsync();
        var first = (await UploadAsync(host, Good)).Json.GetProperty("version").GetString();
        var second = (await UploadAsync(host, [Good[0], ("weights", "others")])).Json.GetProperty("version").GetString();
        await host.SendAsync("POST", $"/v1/models/{first}/activate?percent=100", (string?)null);

        var started = await host.SendAsync("POST", $"/v1/models/{second}/activate?percent={percent}", (string?)null);
        var list = (await host.SendAsync("GET", "/v1/models")).Json;
        var other = await host.SendAsync("POST", $"/v1/models/{first}/activate?percent=5", (string?)null);
        var back = await host.SendAsync("POST", "/v1/models/rollback", (string?)null);

        Assert.Equal((200, $$"""{"version":"{{second}}","state":"canary"}"""), (started.Status, started.Body));
        Assert.Equal(first, list.GetProperty("active").GetString());
        Assert.Equal($$"""{"version":"{{second}}","percent":{{percent}}}""", list.GetProperty("canary").GetRawText());
        Assert.Equal("canary", list.GetProperty("models")[0].GetProperty("state").GetString());
        Assert.Equal("""{"reason":"error rate 1 against 0","at":1700000100000}""", list.GetProperty("models")[0].GetProperty("rolledBack").GetRawText());
        Assert.Equal((409, "canary-running"), (other.Status, other.Problem));
        Assert.Contains(second!, other.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((200, $$"""{"version":"{{first}}","state":"active"}"""), (back.Status, back.Body));
    }

    [Theory]
    [InlineData("?percent=0", "?percent")]
    [InlineData("?percent=101", "?percent")]
    [InlineData("?percent=-1", "?percent")]
    [InlineData("?percent=1.5", "?percent")]
    [InlineData("?percent=010", "?percent")]
    [InlineData("?percent=", "?percent")]
    [InlineData("?percent", "?percent")]
    [InlineData("?percent=5&percent=5", "?percent")]
    [InlineData("?Percent=5", "?Percent")]
    [InlineData("?percent=5&force=1", "?force")]
    public async Task A_part_that_is_none_is_refused_at_its_parameter(string query, string path)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", $"/v1/models/{new string('a', 64)}/activate{query}", (string?)null);

        Assert.Equal((400, "invalid-request", path, 0L), (answer.Status, answer.Problem, answer.Paths.Single(), host.Grid.Changes));
    }

    [Fact]
    public async Task Without_a_version_before_there_is_no_rollback()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", "/v1/models/rollback", (string?)null);

        Assert.Equal((404, "unknown-model"), (answer.Status, answer.Problem));
        Assert.Equal(0, host.Grid.Changes);
    }

    [Theory]
    [InlineData("POST", "{}")]
    [InlineData("POST", "")]
    public async Task An_activation_may_come_with_an_empty_body(string method, string body)
    {
        await using var host = await GatewayHost.StartAsync();
        var version = (await UploadAsync(host, Good)).Json.GetProperty("version").GetString();

        Assert.Equal(200, (await host.SendAsync(method, $"/v1/models/{version}/activate", body)).Status);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_unknown_version_is_not_found(string version)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", $"/v1/models/{version}/activate", (string?)null);

        Assert.Equal((404, "unknown-model"), (answer.Status, answer.Problem));
        Assert.Equal(0, host.Grid.Changes);
    }

    [Fact]
    public async Task A_version_that_cannot_be_loaded_says_why()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Grid.Before = (_, _) => Task.FromException(new ModelRejectedException("--kv-memory", ["1024 bytes; accepted: at least 4096"], "The model does not fit.") { Accepted = "a smaller model" });

        var answer = await host.SendAsync("POST", $"/v1/models/{new string('a', 64)}/activate", (string?)null);

        Assert.Equal((409, "model-not-loadable"), (answer.Status, answer.Problem));
        Assert.Equal("1024 bytes; accepted: at least 4096", answer.Json.GetProperty("errors")[0].GetProperty("detail").GetString());
        Assert.Equal("a smaller model", answer.Json.GetProperty("errors")[0].GetProperty("accepted").GetString());
    }

    [Fact]
    public async Task A_model_that_breaks_the_contract_is_refused_with_every_problem()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await UploadAsync(host, ("config", "[]"), Good[1]);

        Assert.Equal((400, "model-rejected"), (answer.Status, answer.Problem));
        Assert.Equal(["max_events is 0; accepted: 1 and more", "tasks is empty"], answer.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("detail").GetString()));
        Assert.Equal(["config.json", "config.json"], answer.Paths);
        Assert.Empty(host.Grid.Store.Uploads);
        Assert.Equal(0, host.Grid.Changes);
    }

    public static TheoryData<string, string[], string[]> BadForms() => new()
    {
        { "no weights", ["config={}"], ["part weights"] },
        { "only metrics", ["metrics={}"], ["part config", "part weights"] },
        { "config twice", ["config={}", "config={}", "weights=x"], ["part config"] },
        { "unknown part", ["config={}", "extra=1", "weights=x"], ["part extra"] },
        { "other case", ["Config={}", "weights=x"], ["part Config"] },
        { "no name", ["={}", "weights=x"], ["part "] },
        { "metrics no object", ["config={}", "weights=x", "metrics=[1]"], ["part metrics"] },
        { "metrics no JSON", ["config={}", "weights=x", "metrics={\"auc\":NaN}"], ["part metrics"] },
        { "metrics empty", ["config={}", "weights=x", "metrics="], ["part metrics"] },
        { "metrics trailing", ["config={}", "weights=x", "metrics={} {}"], ["part metrics"] },
        { "metrics surrogate", ["config={}", "weights=x", "metrics={\"a\":\"\\ud800\"}"], ["part metrics"] },
    };

    [Theory]
    [MemberData(nameof(BadForms))]
    public async Task A_form_that_is_no_model_is_refused_at_its_part_and_leaves_nothing(string what, string[] parts, string[] paths)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await UploadAsync(host, [.. parts.Select(p => (p[..p.IndexOf('=', StringComparison.Ordinal)], p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..]))]);

        Assert.True(answer is { Status: 400, Problem: "invalid-request" }, $"{what}: {answer.Body}");
        Assert.Equal(paths, answer.Paths);
        Assert.Empty(host.Grid.Store.Uploads);
        Assert.Equal(0, host.Grid.Changes);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/mixed; boundary=b")]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x")]
    public async Task Another_content_type_is_refused(string type)
    {
        await using var host = await GatewayHost.StartAsync();
        using var content = new ByteArrayContent("--b\r\n\r\n--b--\r\n"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await host.SendAsync("POST", "/v1/models", content);

        Assert.Equal((415, "unsupported-media-type"), (answer.Status, answer.Problem));
        Assert.Equal(0, host.Grid.Store.Begun);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("no form at all", false)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=config\r\n\r\n{}", false)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=config\r\n\r\n{}", true)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=config\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=weights\r\n\r\nab", true)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=config", false)]
    [InlineData("--b\r\nno header\r\n\r\n{}\r\n--b--\r\n", false)]
    [InlineData("--b\r\nContent-Type: text/plain\r\n\r\n{}\r\n--b--\r\n", false)]
    [InlineData("--b\r\nContent-Disposition: attachment; name=config\r\n\r\n{}\r\n--b--\r\n", false)]
    public async Task A_broken_form_is_malformed_also_where_the_store_wraps_the_error(string body, bool storeWraps)
    {
        await using var host = await GatewayHost.StartAsync();
        host.Grid.Store.WrapsErrors = storeWraps;

        var answer = await host.SendAsync("POST", "/v1/models", new ByteArrayContent(Encoding.UTF8.GetBytes(body))
        {
            Headers = { ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b") },
        });

        Assert.Equal((400, "malformed-body"), (answer.Status, answer.Problem));
        Assert.Empty(host.Grid.Store.Uploads);
        Assert.Equal(0, host.Grid.Changes);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task An_upload_over_the_limit_is_refused_and_leaves_nothing(bool chunked, bool storeWraps)
    {
        await using var host = await GatewayHost.StartAsync(new() { ModelBodyLimitBytes = 100_000 });
        host.Grid.Store.WrapsErrors = storeWraps;
        using var form = Form([("config", "{}"), ("weights", new string('w', 100_000))]);
        HttpContent content = form;
        if (chunked)
        {
            content = new StreamContent(new Unseekable(await form.ReadAsStreamAsync(Token)));
            content.Headers.ContentType = form.Headers.ContentType;
        }

        var answer = await host.SendAsync("POST", "/v1/models", content);

        Assert.Equal((413, "body-too-large"), (answer.Status, answer.Problem));
        Assert.Empty(host.Grid.Store.Uploads);
        content.Dispose();
    }

    [Theory]
    [InlineData("config")]
    [InlineData("metrics")]
    public async Task A_small_part_has_a_limit_of_its_own(string part)
    {
        await using var host = await GatewayHost.StartAsync(new() { ConfigPartLimitBytes = 1000, MetricsPartLimitBytes = 1000 });

        var answer = await UploadAsync(host, (part, "{" + new string(' ', 999) + "}"), Good[1]);

        Assert.Equal((413, "body-too-large"), (answer.Status, answer.Problem));
        Assert.Contains(part, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(host.Grid.Store.Uploads);
    }

    [Fact]
    public async Task An_upload_that_its_caller_leaves_leaves_nothing()
    {
        await using var host = await GatewayHost.StartAsync();
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(host.Address.Host, host.Address.Port, Token);
            await socket.SendAsync(
                "POST /v1/models HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name=weights\r\n\r\nabc"u8.ToArray(), Token);
            await host.Grid.Store.WhenReadingAsync().WaitAsync(Token);
        }

        await host.Grid.Store.WhenDisposedAsync().WaitAsync(Token);
        Assert.Empty(host.Grid.Store.Uploads);
        Assert.Equal(0, host.Grid.Changes);
    }

    [Fact]
    public async Task A_store_that_fails_is_a_problem_of_the_store()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Grid.Store.Fault = new StoreUnavailableException("disk full");

        var answer = await UploadAsync(host, Good);

        Assert.Equal((503, "store-unavailable"), (answer.Status, answer.Problem));
        Assert.Empty(host.Grid.Store.Uploads);
    }

    internal static Task<Answer> UploadAsync(GatewayHost host, params (string Name, string Content)[] parts) =>
        host.SendAsync("POST", "/v1/models", Form(parts));

    private static MultipartFormDataContent Form((string Name, string Content)[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in parts)
        {
            var part = new ByteArrayContent(Encoding.Latin1.GetBytes(content));
            part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{name}\"; filename=\"{name}.bin\"");
            form.Add(part);
        }

        return form;
    }

    private static string Version(string config, string weights) => Convert.ToHexStringLower(
        SHA256.HashData([.. SHA256.HashData(Encoding.Latin1.GetBytes(config)), .. SHA256.HashData(Encoding.Latin1.GetBytes(weights))]));

    private sealed class Unseekable(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
