using Holdfast.Alerting.Channels.Email;
using MimeKit;

namespace Holdfast.Alerting.Tests;

/// <summary>Email to a real SMTP server: what arrives, and what each of its answers means.</summary>
[Trait("Category", "process")]
public sealed class EmailTests : IDisposable
{
    private const string Password = "pass-word-of-smtp";

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    internal static ChannelDefinition Channel(int port, Func<EmailSettings, EmailSettings>? with = null)
    {
        var settings = new EmailSettings
        {
            Host = "127.0.0.1", Port = port, Security = EmailSettings.NoTls, From = "Holdfast <holdfast@example.com>",
            To = ["oncall@example.com"], TimeoutSeconds = 30,
        };
        return new ChannelDefinition
        {
            Name = "mail", Kind = "email", Settings = with?.Invoke(settings) ?? settings,
            CreatedAt = T0.AddDays(-1), UpdatedAt = T0.AddDays(-1),
        };
    }

    private static async Task<ChannelAnswer> Tell(
        int port, Func<EmailSettings, EmailSettings>? with = null, Notification? notification = null)
    {
        await using var channel = Opened(Channel(port, with));
        return await channel.Deliver(notification ?? Notification(), World.Cancel);
    }

    [Fact]
    public async Task A_message_says_what_is_wrong_since_when_where_and_what_to_do_as_text_and_as_HTML()
    {
        await using var server = await SmtpServer.Start();
        var answer = await Tell(
            server.Port, s => s with { To = ["oncall@example.com", "Ops <ops@example.com>"], SubjectPrefix = "[prod]" });
        Assert.Equal((AnswerKind.Delivered, ""), (answer.Kind, answer.Why));
        Assert.Equal("2.0.0 Ok: queued as 1", answer.Excerpt);
        var message = Assert.Single(server.Taken);
        Assert.Equal("[prod] [Critical] host-1 is Down", message.Subject);
        Assert.Equal("\"Holdfast\" <holdfast@example.com>", message.From.ToString());
        Assert.Equal("oncall@example.com ops@example.com", SmtpServer.RecipientsOf(message));
        Assert.Equal(MessageImportance.High, message.Importance);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.All(["CRITICAL: host-1 is Down", "Silent for 31 s.", "Region:       cn-hangzhou", "Host:         host-1",
                "Address:      10.0.0.1", "Since:        2026-01-01T00:00:00", "http://holdfast.test/alerts/",
                "http://holdfast.test/api/v1/alerts/runbooks/oms_host_down"],
            part => Assert.Contains(part, message.TextBody, StringComparison.Ordinal));
        Assert.All(["host-1 is Down", "Silent for 31 s.", "cn-hangzhou", "href=\"http://holdfast.test/alerts/"],
            part => Assert.Contains(part, message.HtmlBody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resend_is_the_same_message_and_the_end_stands_in_the_same_thread()
    {
        await using var server = await SmtpServer.Start();
        await Tell(server.Port);
        await Tell(server.Port);
        await Tell(server.Port, notification: Notification("abc-2-ops") with
        {
            Condition = AlertCondition.Resolved,
            Alert = Alert() with { ResolvedAt = T0.AddMinutes(3), Condition = AlertCondition.Resolved },
        });
        var (first, again, end) = (server.Taken[0], server.Taken[1], server.Taken[2]);
        Assert.Equal("abc-1-ops@example.com", first.MessageId);
        Assert.Equal(first.MessageId, again.MessageId);
        Assert.NotEqual(first.MessageId, end.MessageId);
        Assert.Equal("[Resolved] host-1 is Down", end.Subject);
        Assert.Contains("RESOLVED: host-1 is Down", end.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("What to do", end.TextBody, StringComparison.Ordinal);
        Assert.Equal($"alert-{Alert().Fingerprint}@example.com", Assert.Single(first.References));
        Assert.Equal((first.References.Single(), first.InReplyTo), (end.References.Single(), end.InReplyTo));
        Assert.Equal(MessageImportance.Normal, end.Importance);
    }

    [Fact]
    public async Task No_text_of_an_alert_begins_another_header_or_an_element()
    {
        await using var server = await SmtpServer.Start();
        var alert = Alert() with
        {
            Summary = "x\r\nBcc: thief@example.com\r\n\r\n<script>alert(1)</script> 磁盘已满", Description = "<img src=x onerror=y> 界",
            Event = "e\r\nBcc: thief@example.com", Region = "r\nX-Other: y",
        };
        Assert.Equal(AnswerKind.Delivered, (await Tell(server.Port, notification: Notification() with { Alert = alert })).Kind);
        var message = Assert.Single(server.Taken);
        Assert.Equal("[Critical] x Bcc: thief@example.com <script>alert(1)</script> 磁盘已满", message.Subject);
        Assert.Empty(message.Bcc);
        Assert.Null(message.Headers["X-Other"]);
        Assert.DoesNotContain("<script>", message.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("磁盘已满", message.TextBody, StringComparison.Ordinal);
        Assert.Equal("oncall@example.com", SmtpServer.RecipientsOf(message));
    }

    [Theory]
    [InlineData("later@example.com", nameof(AnswerKind.TryAgain),
        "AL-342 127.0.0.1:PORT did not take it now (later@example.com): 450 4.2.1")]
    [InlineData("gone@example.com", nameof(AnswerKind.GiveUp),
        "AL-343 127.0.0.1:PORT takes nothing from this channel (gone@example.com): 550 5.1.1")]
    public async Task A_4xx_is_tried_again_and_a_5xx_ends_it_with_the_server_s_words(string to, string kind, string why)
    {
        await using var server = await SmtpServer.Start();
        var answer = await Tell(server.Port, s => s with { To = [to] });
        Assert.Equal((kind, false), (answer.Kind.ToString(), answer.IsAboutMessage));
        Assert.StartsWith(why.Replace("PORT", $"{server.Port}", StringComparison.Ordinal), answer.Why, StringComparison.Ordinal);
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task A_sender_that_is_refused_closes_the_channel_and_a_message_that_is_refused_does_not()
    {
        await using var server = await SmtpServer.Start();
        var sender = await Tell(server.Port, s => s with { From = "blocked@example.com" });
        Assert.Equal((AnswerKind.GiveUp, false), (sender.Kind, sender.IsAboutMessage));
        Assert.StartsWith($"AL-343 127.0.0.1:{server.Port} takes nothing from this channel", sender.Why, StringComparison.Ordinal);
        Assert.Contains("553 5.7.1 you may not send as", sender.Why, StringComparison.Ordinal);
        var message = await Tell(server.Port, notification: Notification() with { Alert = Alert() with { Summary = "too-large" } });
        Assert.Equal((AnswerKind.GiveUp, true), (message.Kind, message.IsAboutMessage));
        Assert.StartsWith(
            $"AL-344 127.0.0.1:{server.Port} refused this message for good: 552 5.3.4", message.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_one_recipient_is_refused_the_others_have_it_and_it_is_said_who_has_not()
    {
        await using var server = await SmtpServer.Start();
        var answer = await Tell(server.Port, s => s with { To = ["gone@example.com", "oncall@example.com"] });
        Assert.Equal(AnswerKind.Delivered, answer.Kind);
        Assert.Contains("; refused: gone@example.com: 550 5.1.1 no such mailbox.", answer.Excerpt, StringComparison.Ordinal);
        Assert.Equal("oncall@example.com", SmtpServer.RecipientsOf(Assert.Single(server.Taken)));
    }

    [Fact]
    public async Task Who_is_put_off_is_tried_again_and_who_has_it_does_not_get_it_twice()
    {
        await using var server = await SmtpServer.Start();
        await using var channel = Opened(
            Channel(server.Port, s => s with { To = ["grey@example.com", "oncall@example.com", "gone@example.com"] }));
        var first = await channel.Deliver(Notification(), World.Cancel);
        Assert.Equal(AnswerKind.TryAgain, first.Kind);
        Assert.StartsWith("AL-342", first.Why, StringComparison.Ordinal);
        Assert.Contains("grey@example.com: 451 4.7.1 come back later.", first.Why, StringComparison.Ordinal);
        Assert.Equal(AnswerKind.Delivered, (await channel.Deliver(Notification(), World.Cancel)).Kind);
        Assert.Equal(["oncall@example.com", "grey@example.com"], server.Taken.Select(SmtpServer.RecipientsOf));
        Assert.Single(server.Taken.Select(m => m.MessageId).Distinct());
    }

    [Theory]
    [InlineData(EmailSettings.StartTls)]
    [InlineData(EmailSettings.ImplicitTls)]
    public async Task Over_TLS_the_server_is_believed_by_its_certificate_and_the_user_signs_in(string security)
    {
        using var ours = new Authority(_directory.Location, "ours");
        using var other = new Authority(_directory.Location, "other");
        var (certificate, key) = ours.Issue("mail", ["localhost"]);
        string[] implicitly = security == EmailSettings.ImplicitTls ? ["--implicit"] : [];
        await using var server = await SmtpServer.Start(
            ["--cert", certificate, "--key", key, .. implicitly, "--auth", "holdfast", Password]);
        EmailSettings With(EmailSettings s) => s with
        {
            Host = "localhost", Security = security, Username = "holdfast", Password = Password, CaFile = ours.File,
        };
        var answer = await Tell(server.Port, With);
        Assert.Equal((AnswerKind.Delivered, ""), (answer.Kind, answer.Why));
        Assert.Equal("holdfast", Assert.Single(server.Taken).Headers["X-Test-User"]);

        var wrong = await Tell(server.Port, s => With(s) with { Password = "not-the-password" });
        Assert.Equal(AnswerKind.GiveUp, wrong.Kind);
        Assert.StartsWith($"AL-345 localhost:{server.Port} refused user or password: 535", wrong.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", wrong.ToString(), StringComparison.Ordinal);
        var busy = await Tell(server.Port, s => With(s) with { Username = "busy" });
        Assert.Equal(AnswerKind.TryAgain, busy.Kind);
        Assert.StartsWith("AL-342", busy.Why, StringComparison.Ordinal);
        foreach (var believed in new[] { other.File, null })
        {
            var refused = await Tell(server.Port, s => With(s) with { CaFile = believed });
            Assert.Equal(AnswerKind.TryAgain, refused.Kind);
            Assert.StartsWith($"AL-361 localhost:{server.Port}: its certificate is refused: it was issued by 'CN=ours'", refused.Why,
                StringComparison.Ordinal);
        }

        Assert.Single(server.Taken);
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_neither_the_message_nor_the_password()
    {
        await using var server = await SmtpServer.Start("--auth", "holdfast", Password);
        foreach (var security in new[] { EmailSettings.StartTls, EmailSettings.ImplicitTls })
        {
            var answer = await Tell(server.Port, s => s with { Security = security, Username = "holdfast", Password = Password });
            Assert.Equal(AnswerKind.TryAgain, answer.Kind);
            Assert.StartsWith($"AL-346 127.0.0.1:{server.Port}", answer.Why, StringComparison.Ordinal);
        }

        Assert.Empty(server.Taken);
    }
}
