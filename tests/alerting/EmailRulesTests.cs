using Holdfast.Alerting.Channels.Email;

namespace Holdfast.Alerting.Tests;

/// <summary>Rules for the settings of an email channel, and the parts of a message: without a server.</summary>
public sealed class EmailRulesTests
{
    private static readonly List<(string Field, Func<EmailSettings, EmailSettings> Break)> Broken =
    [
        ("email.host", s => s with { Host = "" }),
        ("email.host", s => s with { Host = "mail.example.com\r\nX: y" }),
        ("email.host", s => s with { Host = "mail.example.com:25" }),
        ("email.port", s => s with { Port = 0 }),
        ("email.security", s => s with { Security = "ssl" }),
        ("email.security", s => s with { Host = "mail.example.com" }),
        ("email.from", s => s with { From = "holdfast" }),
        ("email.from", s => s with { From = "a@example.com\r\nBcc: thief@example.com" }),
        ("email.from", s => s with { From = "a@example.com, b@example.com" }),
        ("email.to", s => s with { To = [] }),
        ("email.to", s => s with { To = ["oncall@example.com", "b@example.com\nBcc: thief@example.com"] }),
        ("email.to", s => s with { To = ["oncall"] }),
        ("email.to", s => s with { To = [.. Enumerable.Range(0, 51).Select(i => $"a{i}@example.com")] }),
        ("email.subjectPrefix", s => s with { SubjectPrefix = "[prod]\r\nBcc: thief@example.com" }),
        ("email.localName", s => s with { LocalName = "me\r\nMAIL FROM:<a@b>" }),
        ("email.username", s => s with { Username = "u" }),
        ("email.username", s => s with { Username = "u\n", Password = "p" }),
        ("email.password", s => s with { Username = "u", Password = "p\r\n" }),
        ("email.caFile", s => s with { CaFile = "/ca.pem" }),
        ("email.timeoutSeconds", s => s with { TimeoutSeconds = 61 }),
    ];

    [Fact]
    public void Settings_that_break_a_rule_are_named_with_it()
    {
        Assert.Empty(ChannelRules.Broken(EmailTests.Channel(25)));
        Assert.Empty(ChannelRules.Broken(
            EmailTests.Channel(25, s => s with { Host = "mail.example.com", AllowClearText = true })));
        foreach (var (field, broken) in Broken)
        {
            var fault = Assert.Single(ChannelRules.Broken(EmailTests.Channel(25, broken)));
            Assert.Equal(field, fault.Field);
            Assert.NotEmpty(fault.Rule);
        }
    }

    [Fact]
    public void An_alert_without_a_description_leaves_no_hole_in_the_message()
    {
        var message = AlertMessage.Of(
            Notification() with { Alert = Alert() with { Description = "" } },
            EmailTests.Channel(25).SettingsOf<EmailSettings>(), "http://h", T0);
        Assert.StartsWith("CRITICAL: host-1 is Down\n\nLevel:        Critical\n", message.TextBody!.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        Assert.DoesNotContain("<p style", message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_is_cut_where_its_subject_would_be_too_long()
    {
        var message = AlertMessage.Of(Notification() with { Alert = Alert() with { Summary = new string('界', 500) } },
            EmailTests.Channel(25).SettingsOf<EmailSettings>(), "http://h", T0);
        Assert.Equal(200, message.Subject!.Length);
        Assert.EndsWith("…[cut]", message.Subject, StringComparison.Ordinal);
    }
}
