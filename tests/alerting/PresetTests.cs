namespace Holdfast.Alerting.Tests;

public class PresetTests
{
    public static TheoryData<string> Names => [.. Presets.Names];

    private static readonly AlertRaised Nasty = Firing(T0, "host \"1\"") with
    {
        Summary = "a \"quoted\" \\ line\nand ${alarm_id} and 中文 \u0001", Description = "tab\t'single' </script>",
    };

    private static ChannelDefinition Of(string url, string preset, string? key = null)
    {
        var channel = Webhook(url);
        return channel with { Settings = channel.SettingsOf<WebhookSettings>() with { Preset = preset, SigningKey = key } };
    }

    private static async Task<(ChannelAnswer Answer, Request Heard)> Tell(
        string preset, string answer, AlertCondition condition = AlertCondition.Firing, string? key = null)
    {
        await using var receiver = await Receiver.Start(200, answer);
        var definition = Of(receiver.Url + "?access_token=abc", preset, key);
        await using var channel = Opened(definition);
        var alert = AlertTransition.Decide(null, Nasty, Defaults, T0).Alert;
        var told = condition == AlertCondition.Resolved ? alert with { ResolvedAt = T0 } : alert;
        var notification = new Notification("key-1", told, condition, T0);
        return (await channel.Deliver(notification, World.Cancel), Assert.Single(receiver.Heard));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_an_alert_says_the_body_is_JSON_and_no_text_is_filled_in_twice(string preset)
    {
        var (_, heard) = await Tell(preset, "{}", key: "routing-key");
        using var body = JsonDocument.Parse(heard.Body);
        Assert.Contains("${alarm_id}", heard.Body);
        Assert.Contains("key-1", heard.Headers["Holdfast-Delivery"]);
        Assert.Empty(ChannelRules.Broken(Of("http://127.0.0.1/", preset, "routing-key")));
    }

    [Theory]
    [InlineData("dingtalk", """{"errcode":0,"errmsg":"ok"}""", """{"errcode":77}""")]
    [InlineData("wecom", """{"errcode":0,"errmsg":"ok"}""", """{"errcode":77}""")]
    [InlineData("feishu", """{"code":0,"msg":"success"}""", """{"code":77}""")]
    public async Task A_robot_that_answers_200_and_an_error_has_not_taken_it(string preset, string good, string bad)
    {
        Assert.Equal(AnswerKind.Delivered, (await Tell(preset, good)).Answer.Kind);
        var (answer, heard) = await Tell(preset, bad);
        Assert.Equal(AnswerKind.TryAgain, answer.Kind);
        Assert.StartsWith("AL-307", answer.Why);
        Assert.Contains("runbooks/oms_host_down", heard.Body);
        Assert.NotNull(Presets.Of(preset)!.MessagesPerMinute);
    }

    [Fact]
    public async Task DingTalk_is_asked_with_time_and_signature_in_the_query()
    {
        var (_, heard) = await Tell("dingtalk", "{}", key: "SEC-secret");
        Assert.Matches(@"\?access_token=abc&timestamp=\d{13}&sign=\S+$", heard.Path);
        Assert.DoesNotContain("SEC-secret", heard.Path + heard.Body);
        // The value is another program's, over the same time and secret.
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1577262236757);
        Assert.Equal(
            "?timestamp=1577262236757&sign=" + Uri.EscapeDataString("hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="),
            RobotSignature.IntoDingTalk(new Uri("http://x/"), "this is secret", at).Query);
    }

    [Fact]
    public async Task Feishu_gets_time_and_signature_in_the_body()
    {
        var (_, heard) = await Tell("feishu", "{}", key: "secret-key");
        using var body = JsonDocument.Parse(heard.Body);
        Assert.Matches(@"^\d{10}$", body.RootElement.GetProperty("timestamp").GetString());
        var known = RobotSignature.IntoFeishu("{}", "demo", DateTimeOffset.FromUnixTimeSeconds(1599360473));
        using var signed = JsonDocument.Parse(known);
        Assert.Equal("l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=", signed.RootElement.GetProperty("sign").GetString());
    }

    [Fact]
    public async Task PagerDuty_triggers_and_resolves_under_one_key()
    {
        using var trigger = JsonDocument.Parse((await Tell("pagerduty", "{}", key: "R123-routing")).Heard.Body);
        using var resolve = JsonDocument.Parse((await Tell("pagerduty", "{}", AlertCondition.Resolved, "R123-routing")).Heard.Body);
        Assert.Equal(("trigger", "resolve"), (Text(trigger, "event_action"), Text(resolve, "event_action")));
        Assert.Equal(Text(trigger, "dedup_key"), Text(resolve, "dedup_key"));
        Assert.Equal("R123-routing", Text(trigger, "routing_key"));
        Assert.Equal("critical", trigger.RootElement.GetProperty("payload").GetProperty("severity").GetString());
        Assert.Equal("webhook.signingKey", Assert.Single(ChannelRules.Broken(Of("http://127.0.0.1/", "pagerduty"))).Field);

        static string? Text(JsonDocument body, string name) => body.RootElement.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Alertmanager_gets_times_that_end_when_the_alert_does()
    {
        using var firing = JsonDocument.Parse((await Tell("alertmanager", "")).Heard.Body);
        using var resolved = JsonDocument.Parse((await Tell("alertmanager", "", AlertCondition.Resolved)).Heard.Body);
        Assert.Equal(T0 + Completion.After, firing.RootElement[0].GetProperty("endsAt").GetDateTimeOffset());
        Assert.Equal(T0, resolved.RootElement[0].GetProperty("endsAt").GetDateTimeOffset());
        Assert.Equal("oms_host_down", firing.RootElement[0].GetProperty("labels").GetProperty("alertname").GetString());
    }

    [Fact]
    public async Task A_body_that_is_over_the_limit_even_with_its_texts_cut_is_final_and_never_sent()
    {
        await using var receiver = await Receiver.Start(200);
        var channel = Webhook(receiver.Url);
        var template = $$"""{"text":"${alarm_text}","filler":"{{new string('x', 1000)}}"}""";
        await using var open = Opened(
            channel with { Settings = channel.SettingsOf<WebhookSettings>() with { BodyBytesMax = 1024, BodyTemplate = template } });
        var alert = AlertTransition.Decide(null, Nasty with { Description = new string('x', 2000) }, Defaults, T0).Alert;
        var answer = await open.Deliver(new Notification("k", alert, AlertCondition.Firing, T0), World.Cancel);
        Assert.Equal(AnswerKind.GiveUp, answer.Kind);
        Assert.StartsWith("AL-314", answer.Why);
        Assert.Empty(receiver.Heard);
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_those_that_there_are()
    {
        var broken = Assert.Single(ChannelRules.Broken(Of("http://127.0.0.1/", "pigeon")));
        Assert.Equal(("webhook.preset", "pigeon"), (broken.Field, broken.Value));
        Assert.Contains("dingtalk, feishu", broken.Rule);
    }
}
