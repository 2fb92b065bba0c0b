namespace Holdfast.Heartbeat.Tests;

public sealed class HostChangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly RegistrationRow Row = new("h1", new Quotas(3, 5), ["ssd"], "c", Now.AddDays(-1))
    {
        Drain = new Drain("its disk is replaced", "ann", Now.AddDays(-1)),
        Maintenance = new Maintenance("kernel", "ops", Now.AddHours(1), "ann", Now.AddDays(-1)),
    };

    private static HostChange Read(string body)
    {
        var read = HostChangeRules.Read(JsonSerializer.Deserialize<JsonElement>(body), Now);
        Assert.Null(read.Fault);
        return read.Value!;
    }

    private static RegistrationRow After(string body) => Read(body).Applied("h1", Row, "token", "c", Now);

    [Fact]
    public void What_is_left_out_stays_as_it_is()
    {
        var after = After("""{"quotas":{"stores":4}}""");
        Assert.Equal(new Quotas(4, 5), after.Quotas);
        Assert.Equal((Row.Tags, Row.Drain, Row.Maintenance), (after.Tags, after.Drain, after.Maintenance));
        Assert.Equal(Row.Quotas, After("""{"tags":[]}""").Quotas);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("false")]
    public void Null_and_false_end_drain_and_maintenance(string end)
    {
        var after = After($$"""{"drain":{{end}}}""");
        Assert.Null(after.Drain);
        Assert.Equal(Row.Maintenance, after.Maintenance);
        Assert.Null(After($$"""{"maintenance":{{end}}}""").Maintenance);
    }

    [Theory]
    [InlineData("true", "asked for by PATCH")]
    [InlineData("""{"reason":" it burns "}""", "it burns")]
    public void A_drain_has_a_reason_who_and_when(string drain, string reason) =>
        Assert.Equal(new Drain(reason, "token", Now), After($$"""{"drain":{{drain}}}""").Drain);

    [Fact]
    public void Asked_for_again_it_is_the_drain_that_began_before()
    {
        Assert.Equal(Row.Drain, After("""{"drain":{"reason":"its disk is replaced"}}""").Drain);
        Assert.Equal(Now, After("""{"drain":true}""").Drain!.At);
    }

    [Theory]
    [InlineData("2026-01-02T05:04:05Z")]
    [InlineData("2026-01-02T13:04:05.000+08:00")]
    public void A_maintenance_has_an_end_in_universal_time(string until) => Assert.Equal(
        new Maintenance("kernel", "ops", Now.AddHours(2), "token", Now),
        After($$$"""{"maintenance":{"reason":"kernel","owner":"ops","until":"{{{until}}}"}}""").Maintenance);

    [Theory]
    [InlineData("""{}""", "body")]
    [InlineData("""null""", "body")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"drian":true}""", "drian")]
    [InlineData("""{"quotas":{"stores":-1,"others":10001},"tags":["a","a","b c"]}""", "quotas.stores quotas.others tags[1] tags[2]")]
    [InlineData("""{"quotas":{"stores":1.5,"disk":1}}""", "quotas.disk quotas.stores")]
    [InlineData("""{"quotas":{}}""", "quotas")]
    [InlineData("""{"tags":"a"}""", "tags")]
    [InlineData("""{"drain":"yes"}""", "drain")]
    [InlineData("""{"drain":{}}""", "drain.reason")]
    [InlineData("""{"drain":{"reason":"  "}}""", "drain.reason")]
    [InlineData("""{"drain":{"reason":7,"until":1}}""", "drain.until drain.reason")]
    [InlineData("""{"maintenance":true}""", "maintenance")]
    [InlineData("""{"maintenance":{}}""", "maintenance.reason maintenance.owner maintenance.until")]
    [InlineData("""{"maintenance":{"reason":"r","owner":"o","until":"tomorrow"}}""", "maintenance.until")]
    [InlineData("""{"maintenance":{"reason":"r","owner":"o","until":"2026-01-02T05:04:05"}}""", "maintenance.until")]
    [InlineData("""{"maintenance":{"reason":"r","owner":"o","until":"2026-01-02T03:04:05Z"}}""", "maintenance.until")]
    [InlineData("""{"maintenance":{"reason":"r","owner":"o","until":"2027-01-03T03:04:06Z"}}""", "maintenance.until")]
    public void Everything_that_is_wrong_is_named_at_once(string body, string fields)
    {
        var fault = HostChangeRules.Read(JsonSerializer.Deserialize<JsonElement>(body), Now).Fault;
        Assert.Equal(("HB-402", fields), (fault?.Code, string.Join(' ', fault!.Fields.Select(f => f.Field))));
        Assert.All(fault.Fields, f => Assert.NotEmpty(f.Rule));
    }

    [Theory]
    [InlineData(500, 128, "")]
    [InlineData(501, 129, "maintenance.reason maintenance.owner")]
    public void A_maintenance_s_reason_and_owner_have_the_bounds_of_every_order(int reason, int owner, string wrong)
    {
        var body = new { maintenance = new { reason = new string('r', reason), owner = new string('o', owner), until = Now.AddDays(1) } };
        var fault = HostChangeRules.Read(JsonSerializer.SerializeToElement(body), Now).Fault;
        Assert.Equal(wrong, string.Join(' ', (fault?.Fields ?? []).Select(f => f.Field)));
    }

    [Theory]
    [InlineData("2026-01-02T03:04:06Z")]
    [InlineData("2027-01-03T03:04:05Z")]
    public void A_maintenance_ends_within_a_year(string until) =>
        Assert.NotNull(Read($$$"""{"maintenance":{"reason":"r","owner":"o","until":"{{{until}}}"}}""").Maintenance);
}
