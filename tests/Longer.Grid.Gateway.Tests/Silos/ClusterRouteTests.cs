namespace Longer.Grid.Gateway.Tests;

public sealed class ClusterRouteTests
{
    [Fact]
    public async Task A_drained_silo_is_listed_as_draining()
    {
        await using var host = await GatewayHost.StartAsync();

        var drained = await host.SendAsync("POST", $"/v1/cluster/silos/{FakeCluster.Silo}/drain", (string?)null);
        var listed = await host.SendAsync("GET", "/v1/cluster");

        Assert.Equal((202, $$"""{"silo":"{{FakeCluster.Silo}}","state":"draining"}"""), (drained.Status, drained.Body));
        Assert.Equal(["draining", "joining"], listed.Json.GetProperty("silos").EnumerateArray().Select(silo => silo.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_silo_says_what_it_serves_a_part_of_its_users_with_and_what_it_loads()
    {
        await using var host = await GatewayHost.StartAsync();
        await host.SendAsync("POST", $"/v1/cluster/silos/{FakeCluster.Silo}/drain", (string?)null);

        var serving = (await host.SendAsync("GET", "/v1/cluster")).Json.GetProperty("silos")[0].GetProperty("serving");

        Assert.Equal($$"""{"version":"{{new string('c', 64)}}","percent":10}""", serving.GetProperty("canary").GetRawText());
        Assert.Equal(new string('d', 64), serving.GetProperty("pending").GetString());
    }

    [Theory]
    [InlineData("127.0.0.1:11112@7", null, 404, "unknown-silo")]
    [InlineData("127.0.0.1:11111%407", "{\"now\":true}", 400, "invalid-request")]
    public async Task What_cannot_be_drained_stays(string silo, string? body, int status, string problem)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync("POST", $"/v1/cluster/silos/{silo}/drain", body);

        Assert.Equal((status, problem, 0L), (answer.Status, answer.Problem, host.Grid.Changes));
    }
}
