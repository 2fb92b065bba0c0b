using Holdfast.Alerting.Channels.Ocp;
using Holdfast.Alerting.Config;

namespace Holdfast.Alerting.Tests;

[Trait("Category", "slow")]
public class OcpTests
{
    internal static string Envelope(bool successful, string? code = null, string message = "no") => JsonSerializer.Serialize(new
    {
        data = (object?)null, successful, timestamp = "2026-01-01T00:00:00Z", duration = 3, status = successful ? 200 : 400,
        traceId = "t-1", server = "ocp-1", error = code is null ? null : new { code, message },
    });

    internal static ChannelDefinition Channel(string url, string password = "pass-word") => new()
    {
        Name = "ocp_ops",
        Kind = "ocp",
        Settings = new OcpSettings
        {
            ClusterName = "obcluster", Endpoint = new Uri(url).Authority, Username = "admin", Password = password, TimeoutSeconds = 1,
            Rules = new Dictionary<string, string> { ["oms_host_down"] = "holdfast_host" },
        },
        CreatedAt = T0.AddDays(-1),
        UpdatedAt = T0.AddDays(-1),
    };

    private static async Task<(ChannelAnswer Answer, Receiver Receiver)> Tell(string envelope, int status = 200)
    {
        var receiver = await Receiver.Start(status, envelope);
        await using var channel = Opened(Channel(receiver.Url));
        return (await channel.Deliver(Notification(), World.Cancel), receiver);
    }

    [Fact]
    public async Task It_is_the_documented_call()
    {
        var (answer, receiver) = await Tell(Envelope(true));
        await using var _ = receiver;
        Assert.Equal(AnswerKind.Delivered, answer.Kind);
        var heard = Assert.Single(receiver.Heard);
        Assert.Equal(("POST", "/api/v2/alarm/alarms"), (heard.Method, heard.Path));
        Assert.Equal("application/json", heard.Headers["Content-Type"]);
        Assert.Equal("application/json", heard.Headers["Accept"]);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("admin:pass-word")), heard.Headers["Authorization"]);
        using var body = JsonDocument.Parse(heard.Body);
        Assert.Equal(["alarmType", "labels", "target"], body.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("holdfast_host", "host-1"),
            (body.RootElement.GetProperty("alarmType").GetString(), body.RootElement.GetProperty("target").GetString()));
        Assert.Equal("abc-1-ops", body.RootElement.GetProperty("labels").GetProperty("dedup_key").GetString());
    }

    [Theory]
    [InlineData("ALM20001", 200)]
    [InlineData("ALM20018", 200)]
    [InlineData("ALM20018", 400)]
    [InlineData("ALM20001", 500)]
    public async Task What_OCP_will_never_take_is_final_with_a_workaround(string code, int status)
    {
        var (answer, receiver) = await Tell(Envelope(false, code), status);
        await using var _ = receiver;
        Assert.Equal(AnswerKind.GiveUp, answer.Kind);
        Assert.StartsWith("AL-316", answer.Why);
        Assert.Contains(code, answer.Why);
        Assert.Contains("in the channel's rules", answer.Why);
        Assert.Contains("t-1", answer.Why);
    }

    [Fact]
    public async Task Success_is_what_the_envelope_says_and_not_the_status()
    {
        var (other, receiver) = await Tell(Envelope(false, "ALM99999"));
        await using var _ = receiver;
        Assert.Equal(AnswerKind.TryAgain, other.Kind);
        Assert.StartsWith("AL-317", other.Why);
        var (odd, second) = await Tell("""{"successful":"yes"}""");
        await using var __ = second;
        Assert.StartsWith("AL-315", odd.Why);
        foreach (var (answer, status) in new[]
            { (Envelope(false, "ALM99999"), 400), (Envelope(false, "ALM99999", "target too long"), 200) })
        {
            var (refused, third) = await Tell(answer, status);
            await using var ___ = third;
            Assert.True(refused is { Kind: AnswerKind.GiveUp, IsAboutMessage: true }, refused.Why);
            Assert.StartsWith("AL-318", refused.Why);
        }
    }

    [Fact]
    public async Task An_end_needs_no_call_for_OCP_clears_by_itself()
    {
        await using var receiver = await Receiver.Start(200, Envelope(true));
        await using var channel = Opened(Channel(receiver.Url), "");
        var answer = await channel.Deliver(Notification() with { Condition = AlertCondition.Resolved }, World.Cancel);
        Assert.Equal(AnswerKind.Delivered, answer.Kind);
        Assert.Contains("clears it by itself", answer.Excerpt);
        Assert.Empty(receiver.Heard);
    }

    [Fact]
    public async Task What_still_holds_is_told_again_within_the_clearance_cycle_though_restraint_is_longer()
    {
        await using var receiver = await Receiver.Start(200, Envelope(true));
        await using var world = new World();
        await world.Channels.Insert(Channel(receiver.Url), World.Cancel);
        var hourly = JsonSerializer.SerializeToElement(new { alarmRestrainTimeOfMin = new { HIGH = 60 } });
        await world.Thresholds.Change(hourly, "t", World.Cancel);
        await world.StartReplica();
        var (last, ends) = (T0, T0.AddMinutes(30));
        await world.Raise(Firing(T0));
        await world.Until(async () =>
        {
            if (world.Time.GetUtcNow() - last >= TimeSpan.FromSeconds(60))
            {
                await world.Raise(Firing(last = world.Time.GetUtcNow()));
            }

            // On a busy machine too little time passes until what is to be told is told.
            await world.Until(async () => (await world.AllDeliveries()).All(d => d.Settled));
            return world.Time.GetUtcNow() >= ends;
        }, TimeSpan.FromSeconds(10));
        var told = (await world.AllDeliveries()).Where(d => d.IsDelivered).Select(d => d.SettledAt!.Value).Order().ToList();
        Assert.InRange(told.Count, 7, 10);
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.True(pair.Second - pair.First < TimeSpan.FromMinutes(5), "OCP never cleared it"));
    }

    [Fact]
    public void Name_and_endpoint_are_fixed_once_saved()
    {
        var before = Channel("http://10.0.0.1:8080");
        Assert.Empty(ChannelRules.Moved(before, before with { Settings = before.SettingsOf<OcpSettings>() with { Password = "other" } }));
        var other = before.SettingsOf<OcpSettings>() with { ClusterName = "other", Endpoint = "10.0.0.2:8080" };
        var moved = ChannelRules.Moved(before, before with { Settings = other });
        Assert.Equal(["ocp.clusterName", "ocp.endpoint"], moved.Select(f => f.Field));
    }

    [Theory]
    [InlineData("ob", "10.0.0.1:80", "ocp.clusterName")]
    [InlineData("obcluster", "ocp.example:80", "ocp.endpoint")]
    [InlineData("obcluster", "10.0.0.1", "ocp.endpoint")]
    [InlineData("obcluster", "10.0.0.1:0", "ocp.endpoint")]
    public void The_association_form_is_checked(string cluster, string endpoint, string field)
    {
        var channel = Channel("http://10.0.0.1:80");
        var broken = ChannelRules.Broken(channel.With<OcpSettings>(s => s with { ClusterName = cluster, Endpoint = endpoint }));
        Assert.Equal(field, Assert.Single(broken).Field);
    }
}
