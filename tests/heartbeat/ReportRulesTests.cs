namespace Holdfast.Heartbeat.Tests;

public sealed class ReportRulesTests
{
    [Fact]
    public void A_good_report_passes() =>
        Assert.Null(ReportRules.Check(Report() with { Components = [Component("a"), Component("b")] }));

    public static TheoryData<string, HostReport> Broken() => new()
    {
        { "host", Report(host: "") },
        { "host", Report(host: new string('a', 129)) },
        { "host", Report(host: "a/b") },
        { "host", Report(host: ".") },
        { "host", Report(host: "..") },
        { "host", Report(host: "-") },
        { "host", Report(host: "h1\u200b") },
        { "incarnation", Report(incarnation: -1) },
        { "sequence", Report(sequence: -1) },
        { "desiredVersion", Report() with { DesiredVersion = -1 } },
        { "inventory", Report() with { Inventory = -1 } },
        { "succeeds", Report(incarnation: 3) with { Succeeds = 3 } },
        { "region", Report() with { Region = "" } },
        { "region", Report() with { Region = ".." } },
        { "region", Report() with { Region = "east/1" } },
        { "idc", Report() with { Idc = " " } },
        { "idc", Report() with { Idc = "a%2Fb" } },
        { "address", Report() with { Address = "10.0.0.1/..:9000" } },
        { "address", Report() with { Address = "a\nb" } },
        { "usage.cpu", Report() with { Usage = new Usage(double.NaN, 0, 0) } },
        { "usage.memory", Report() with { Usage = new Usage(0, 1.0001, 0) } },
        { "usage.disk", Report() with { Usage = new Usage(0, 0, -0.0001) } },
        { "components", Report() with { Components = [.. Enumerable.Range(0,
            10_001).Select(i => Component($"c{i}"))] } },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void A_broken_rule_is_named(string field, HostReport report)
    {
        var fault = ReportRules.Check(report);
        Assert.Equal("HB-103", fault?.Code);
        Assert.Equal(field, Assert.Single(fault!.Fields).Field);
    }

    [Fact]
    public void The_limits_themselves_are_allowed() =>
        Assert.Null(ReportRules.Check(Report(0, 0, host: new string('a', 128)) with
    {
        Usage = new Usage(0, 1, 1),
        Components = [.. Enumerable.Range(0, 10_000).Select(i => Component($"c{i}"))],
    }));
}
