namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>Commands and the answers of the real services: each answer is read as the record that both sides share.</summary>
[Collection(OwnsTheConsole.Name)]
[Trait("Category", "slow")]
public sealed class ToldTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private Api Api => services.Api;

    [Theory]
    [InlineData("config set checkRequestIntervalSec=601", "version 1 holds")]
    [InlineData("thresholds set delayThreshold.HIGH=31", "version 1 holds")]
    [InlineData("silences add --event oms_host_down --reason x --owner ana --hours 1", " until ")]
    [InlineData("alerts raise --event oms_host_down --target told-raised", ": Opened")]
    [InlineData("alerts dead-letters resend", "0 are sent again, 0 have nothing left to send")]
    [InlineData("channels route --event oms_host_down --target told-routed", "")]
    [InlineData("tokens create told --scope read", "")]
    [InlineData("tokens create --host told", "hft_")]
    [InlineData("hosts enrol told", "hfe_")]
    public async Task An_order_is_told_in_a_line(string line, string says)
    {
        var (exit, said, error) = await Run(line);
        Assert.Equal((0, ""), (exit, error));
        Assert.Contains(says, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hosts")]
    [InlineData("quotas")]
    [InlineData("tasks")]
    [InlineData("components")]
    [InlineData("stores")]
    [InlineData("stores coverage")]
    [InlineData("stores tickets")]
    [InlineData("tickets")]
    [InlineData("leaders")]
    [InlineData("thresholds")]
    [InlineData("thresholds history")]
    [InlineData("config history")]
    [InlineData("alerts events")]
    [InlineData("silences")]
    [InlineData("channels")]
    [InlineData("channels health")]
    [InlineData("tokens")]
    [InlineData("audit")]
    public async Task A_list_is_read(string line)
    {
        await using var host = new FakeSupervisor(Api, "told", "told-1");
        await Eventually.Holds(async () => await Api.HostState("told-1") is not "Online" and var state ? $"it is {state}" : null, Soon);
        var (exit, said, error) = await Run(line);
        Assert.Equal((0, ""), (exit, error));
        Assert.NotEqual("", said);
        var (_, json, _) = await Run(line + " --json");
        Assert.NotNull(JsonNode.Parse(json));
    }

    private Task<(int Exit, string Out, string Error)> Run(string line) => AskedServer.Run(
        [.. HelpTests.Words(line), "--server", Api.Http.BaseAddress!.ToString(), "--data", services.Data]);
}
