using System.Net;
using Holdfast.Alerting.Channels.Kafka;
using Holdfast.Alerting.Channels.Ocp;

namespace Holdfast.Alerting.Tests;

public class ChannelRulesTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("值班_钉钉1", true)]
    [InlineData("ทีมปฏิบัติการ", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a-b", false)]
    [InlineData("a/b", false)]
    public void Names_are_letters_of_any_script_digits_and_underscores(string name, bool good) =>
        Assert.Equal(good, ChannelRules.IsName(name));

    [Theory]
    [InlineData("oncall", null)]
    [InlineData("值班_钉钉1", null)]
    [InlineData("health", "paths of the API")]
    [InlineData("Presets", "paths of the API")]
    [InlineData("on\u0441all", "mix Latin and Cyrillic")]
    [InlineData("\u3164", "nobody sees")]
    [InlineData("ｏncall", "look-alikes")]
    public void A_new_name_can_be_told_from_others_and_from_paths(string name, string? rule)
    {
        if (rule is null)
        {
            Assert.Null(ChannelRules.WhyNotNew(name));
        }
        else
        {
            Assert.Contains(rule, ChannelRules.WhyNotNew(name), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_have_1_to_50_characters()
    {
        Assert.True(ChannelRules.IsName(new string('界', 50)));
        Assert.False(ChannelRules.IsName(new string('界', 51)));
    }

    private static readonly List<(string Field, Func<WebhookSettings, WebhookSettings> Break)> Broken =
    [
        ("webhook.url", w => w with { Url = "ftp://x/" }),
        ("webhook.url", w => w with { Url = "/alerts" }),
        ("webhook.url", w => w with { Url = "http://x/" + new string('a', 5000) }),
        ("webhook.method", w => w with { Method = "GET" }),
        ("webhook.timeoutSeconds", w => w with { TimeoutSeconds = 61 }),
        ("webhook.timeoutSeconds", w => w with { TimeoutSeconds = 0 }),
        ("webhook.signingKey", w => w with { SigningKey = "short" }),
        ("webhook.headers.Host", w => w with { Headers = new Dictionary<string, string> { ["Host"] = "x" }}),
        ("webhook.headers.X-A", w => w with { Headers = new Dictionary<string, string> { ["X-A"] = "a\r\nB: c" }}),
        ("webhook.bodyTemplate", w => w with { BodyTemplate = "{\"a\":\"${alarm_nmae}\"}" }),
        ("webhook.bodyTemplate", w => w with { BodyTemplate = "{\"a\":${alarm_name}}" }),
        ("webhook.bodyTemplate", w => w with { BodyTemplate = new string(' ', 17_000) }),
        ("webhook.proxy", w => w with { Proxy = "nonsense" }),
        ("webhook.caFile", w => w with { CaFile = "/etc/ca.pem" }), // of a receiver over plain http
        ("webhook.caFile", w => w with { Url = "https://x/", CaFile = "" }),
        ("webhook.certificateFile", w => w with { Url = "https://x/", CertificateFile = "/c.pem" }),
        ("webhook.certificateFile", w => w with { Url = "https://x/", KeyFile = "/k.pem" }),
        ("webhook.certificateFile", w => w with { CertificateFile = "/c.pem", KeyFile = "/k.pem" }),
        ("webhook.keyPassword", w => w with { Url = "https://x/", KeyPassword = "secret" }),
    ];

    [Fact]
    public void A_webhook_that_breaks_a_rule_is_named_with_it()
    {
        Assert.Empty(ChannelRules.Broken(Webhook()));
        foreach (var (field, broken) in Broken)
        {
            var fault = Assert.Single(ChannelRules.Broken(Webhook() with { Settings = broken(Webhook().SettingsOf<WebhookSettings>()) }));
            Assert.Equal(field, fault.Field);
            Assert.NotEmpty(fault.Rule);
        }
    }

    [Theory]
    [InlineData("""{"slack":null}""")]
    [InlineData("""{"oms_host_down":null}""")]
    [InlineData("""{"oms_host_down":""}""")]
    public void A_rule_of_OCP_s_that_says_nothing_is_named(string rules)
    {
        var ocp = JsonSerializer.Deserialize<OcpSettings>(
            $$"""{"clusterName":"abc","endpoint":"127.0.0.1:80","username":"u","password":"p","rules":{{rules}}}""",
            JsonSerializerOptions.Web)!;
        Assert.All(ChannelRules.Broken(new ChannelDefinition { Name = "o", Kind = "ocp", Settings = ocp }),
            fault => Assert.StartsWith("ocp.rules.", fault.Field, StringComparison.Ordinal));
        Assert.NotEmpty(ChannelRules.Broken(new ChannelDefinition { Name = "o", Kind = "ocp", Settings = ocp }));
    }

    [Fact]
    public void A_header_of_null_is_named() => Assert.Equal(["webhook.headers.X-A"], ChannelRules.Broken(Webhook().With<WebhookSettings>(
        s => s with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-A"] = null! } })).Select(f => f.Field));

    [Fact]
    public void Two_headers_that_differ_by_case_alone_are_named()
    {
        var twice = Webhook() with
        {
            Settings = Webhook().SettingsOf<WebhookSettings>() with
            {
                Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-A"] = "1", ["x-a"] = "2" },
            },
        };
        Assert.True(Secrets.TryUnmask(twice, null, out var whole));
        Assert.Equal(["webhook.headers"], ChannelRules.Broken(whole).Select(f => f.Field));
    }

    [Fact]
    public void Kafka_settings_are_held_to_their_rules()
    {
        var good = new KafkaSettings { BootstrapServers = "a:9092,b:9092", Topic = "alerts" };
        IEnumerable<string> Faults(KafkaSettings kafka) =>
            ChannelRules.Broken(new ChannelDefinition { Name = "k", Kind = "kafka", Settings = kafka })
                .Select(f => f.Field);
        Assert.Empty(Faults(good));
        Assert.Equal(["kafka.bootstrapServers"], Faults(good with { BootstrapServers = "a" }));
        Assert.Equal(["kafka.topic"], Faults(good with { Topic = "a b" }));
        Assert.Equal(["kafka.securityProtocol"], Faults(good with { SecurityProtocol = "tls" }));
        Assert.Equal(["kafka.saslMechanism", "kafka.username", "kafka.password"],
            Faults(good with { SecurityProtocol = "sasl_ssl" }));
        Assert.Empty(
            Faults(good with { SecurityProtocol = "sasl_ssl", SaslMechanism = "PLAIN", Username = "u",
            Password = "p" }));
    }

    [Fact]
    public void Kind_and_settings_go_together()
    {
        Assert.Equal(["kind"], ChannelRules.Broken(Webhook() with { Kind = "pigeon" }).Select(f => f.Field));
        Assert.Equal(["webhook", "kafka"], ChannelRules.Broken(Webhook() with { Kind = "kafka" }).Select(f => f.Field));
        Assert.Equal(["webhook"], ChannelRules.Broken(Webhook() with { Settings = null }).Select(f => f.Field));
    }

    [Fact]
    public void No_text_of_an_alert_breaks_out_of_a_template()
    {
        var alert = Alert() with { Summary = "\"}, {\"admin\": \"\\ \n 界 ${alarm_id}" };
        var body = Template.Fill("{\"text\":\"${alarm_summary}\",\"level\":${alarm_level}}",
            Variables.Of(Notification() with { Alert = alert }, "http://h"));
        using var json = JsonDocument.Parse(body);
        Assert.Equal(alert.Summary, json.RootElement.GetProperty("text").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("level").GetInt32());
    }

    [Fact]
    public void All_variables_of_the_reference_are_there()
    {
        string[] reference =
        [
            "alarm_id", "alarm_name", "alarm_type", "alarm_scope", "alarm_target", "alarm_level", "alarm_status",
                "alarm_summary",
            "alarm_description", "alarm_active_at", "alarm_updated_at", "alarm_resolved_at", "alarm_count", "alarm_url",
                "host_ip",
            "region", "task_id", "task_name",
        ];
        Assert.Empty(reference.Except(Variables.Names));
    }

    [Fact]
    public void Secrets_are_masked_and_come_back_only_for_the_same_target()
    {
        var known = Webhook("https://user:hunter22@example.test/hook/T0Kq8sdf9821kfjs?token=abcdef&x=12345") with
        {
            Settings = Webhook().SettingsOf<WebhookSettings>() with
            {
                Url = "https://user:hunter22@example.test/hook/T0Kq8sdf9821kfjs?token=abcdef&x=12345",
                Headers = new Dictionary<string, string> { ["X-Key"] = "s3cret-value" },
                SigningKey = "signing-key-1",
                KeyPassword = "key-password-1",
            },
        };
        var masked = Secrets.Masked(known);
        var shown = JsonSerializer.Serialize(masked);
        Assert.All(["hunter22", "T0Kq8sdf9821kfjs", "abcdef", "12345", "s3cret-value", "signing-key-1", "key-password-1"], s =>
            Assert.DoesNotContain(s, shown));
        Assert.True(Secrets.TryUnmask(masked, known, out var whole));
        Assert.Equal(known.SettingsOf<WebhookSettings>().Url, whole.SettingsOf<WebhookSettings>().Url);
        Assert.Equal(known.SettingsOf<WebhookSettings>().Headers, whole.SettingsOf<WebhookSettings>().Headers);
        Assert.Equal(("signing-key-1", "key-password-1"),
            (whole.SettingsOf<WebhookSettings>().SigningKey!.Value, whole.SettingsOf<WebhookSettings>().KeyPassword!.Value));
        Assert.False(
            Secrets.TryUnmask(masked with { Settings = masked.SettingsOf<WebhookSettings>() with { Url = "https://evil.test/" } }, known,
            out _));
        Assert.False(Secrets.TryUnmask(masked, null, out _));
        var elsewhere = masked.With<WebhookSettings>(s => s with { Url = s.Url.Replace("hook", "other") });
        Assert.False(Secrets.TryUnmask(elsewhere, known, out _));
        Assert.True(Secrets.TryUnmask(masked with
        {
            Settings = masked.SettingsOf<WebhookSettings>() with { Url = "https://evil.test/", SigningKey = null, KeyPassword = null,
                Headers = new Dictionary<string, string>() },
        }, known, out _));
        var echoed = Secrets.Scrub("you sent s3cret-value as dXNlcjpodW50ZXIyMg== and hunter22", Secrets.Of(known));
        Assert.Equal("you sent … as … and …", echoed);
    }

    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("100.100.100.200", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("169.253.255.255", false)]
    [InlineData("169.255.0.0", false)]
    [InlineData("fec0::1", false)]
    public void Link_local_and_metadata_addresses_are_no_targets(string address, bool forbidden) =>
        Assert.Equal(forbidden, TargetGuard.Forbids(IPAddress.Parse(address)));
}
