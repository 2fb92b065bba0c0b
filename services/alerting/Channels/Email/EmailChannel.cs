using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace Holdfast.Alerting.Channels.Email;

/// <summary>
/// Tells mailboxes over SMTP, one connection a message. Where some recipients are refused the others have it, and a resend from here goes
/// to those that are left.
/// </summary>
internal sealed partial class EmailChannel(EmailSettings settings, ChannelSite site) : IChannel
{
    /// <summary>Deliveries that are half done are kept for so many; a resend of a forgotten one is recognised by its Message-ID.</summary>
    private const int HalfDoneMax = 256;

    private readonly TargetTls _tls = TargetTls.Open(settings.TlsPaths, site.Time);
    private readonly ILogger _logger = site.Loggers.CreateLogger<EmailChannel>();
    private readonly ConcurrentDictionary<string, HashSet<string>> _halfDone = new(StringComparer.Ordinal);

    private string Server => $"{settings.Host}:{settings.Port}";

    public bool IsOutdated() => _tls.HasChanged((files, why) => LogRefused(site.Channel, files, why));

    public async Task<ChannelAnswer> Deliver(Notification notification, CancellationToken cancel)
    {
        if (_tls.Unusable is [var first, ..])
        {
            return ChannelAnswer.TryAgain($"AL-366 {first.Field} ({first.Value}) {first.Rule}");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(settings.TimeoutSeconds), site.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var answer = await Send(notification, either.Token);
            return answer with { Why = Clean(answer.Why), Excerpt = answer.Excerpt is { } said ? Clean(said) : null };
        }
        catch (Exception error) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested && IsOfTheConnection(error))
        {
            return ChannelAnswer.TryAgain($"AL-302 no complete answer from {Server} within {settings.TimeoutSeconds} s");
        }
        catch (Exception error) when (cancel.IsCancellationRequested && IsOfTheConnection(error))
        {
            throw new OperationCanceledException("stopped", error, cancel);
        }
        catch (Exception error) when (IsOfTheConnection(error))
        {
            var answer = SmtpAnswers.Of(error, Server);
            return answer with { Why = Clean(answer.Why) };
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<ChannelAnswer> Send(Notification notification, CancellationToken cancel)
    {
        var message = AlertMessage.Of(notification, settings, site.PublicUrl, site.Time.GetUtcNow());
        var done = _halfDone.GetValueOrDefault(notification.Key) ?? [];
        var left = message.To.Mailboxes.Where(to => !done.Contains(to.Address)).ToList();
        using var client = new RecipientsClient { CheckCertificateRevocation = false };
        await Connect(client, cancel);
        var said = await client.SendAsync(message, message.From.Mailboxes.First(), left, cancel);
        await Leave(client, cancel);
        return Judge(notification.Key, client, done, left, said);
    }

    /// <summary>The message is taken: nothing that follows can undo that.</summary>
    private static async Task Leave(RecipientsClient client, CancellationToken cancel)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancel);
        }
        catch (Exception error) when (IsOfTheConnection(error))
        {
            // The server is gone before it said goodbye.
        }
    }

    private ChannelAnswer Judge(string key, RecipientsClient client, HashSet<string> done, List<MailboxAddress> left, string said)
    {
        var refused = string.Join(' ', client.Refused.Select(r => $"{r.Mailbox.Address}: {r.Response}."));
        var later = client.Refused.Where(r => r.Response.IsForLater).ToList();
        if (later.Count == 0)
        {
            _halfDone.TryRemove(key, out _);
            return ChannelAnswer.Delivered(excerpt: $"{said.Trim()}{(refused.Length > 0 ? $"; refused: {refused}" : "")}");
        }

        if (_halfDone.Count >= HalfDoneMax)
        {
            _halfDone.Clear();
        }

        var apart = client.Refused.Select(r => r.Mailbox.Address).ToHashSet(StringComparer.OrdinalIgnoreCase);
        apart.ExceptWith(client.Refused.Where(r => !r.Response.IsForLater).Select(r => r.Mailbox.Address));
        _halfDone[key] = [.. done, .. left.Select(to => to.Address).Where(to => !apart.Contains(to))];
        return ChannelAnswer.TryAgain($"AL-342 {Server} did not take it for all, and they are tried again: {refused}");
    }

    private async Task Connect(RecipientsClient client, CancellationToken cancel)
    {
        client.ServerCertificateValidationCallback = _tls.Accepts;
        client.LocalDomain = settings.LocalName ?? client.LocalDomain;
        var stream = await TargetGuard.Connect(new DnsEndPoint(settings.Host, settings.Port), settings.AllowLinkLocal, cancel);
        try
        {
            await client.ConnectAsync(stream, settings.Host, settings.Port, settings.Security switch
            {
                EmailSettings.ImplicitTls => SecureSocketOptions.SslOnConnect,
                EmailSettings.NoTls => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            }, cancel);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        if (settings is { Username: { } user, Password.Value: var password })
        {
            await client.AuthenticateAsync(new NetworkCredential(user, password), cancel);
        }
    }

    private static bool IsOfTheConnection(Exception error) => error is IOException or SocketException
        or ProtocolException or CommandException or SslHandshakeException
        or System.Security.Authentication.AuthenticationException or MailKit.Security.AuthenticationException
        or NotSupportedException or OperationCanceledException or ServiceNotConnectedException or ObjectDisposedException;

    private string Clean(string text) => Secrets.Scrub(text, site.Secrets);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "AL-366 Channel {Channel}: {Files} changed and cannot be used, so what it held before stays in use: {Why}")]
    private partial void LogRefused(string channel, string files, string why);
}

/// <summary>An SMTP server's reply: three digits, and its words.</summary>
internal sealed record SmtpReply(int Code, string Said)
{
    internal bool IsForLater => Code is >= 400 and < 500;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} {Said.ReplaceLineEndings(" ").Trim()}");
}

/// <summary>Goes on where a recipient is refused, and remembers which and why; where all are it ends with the first reason.</summary>
internal sealed class RecipientsClient : SmtpClient
{
    internal List<(MailboxAddress Mailbox, SmtpReply Response)> Refused { get; } = [];

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        Refused.Add((mailbox, new SmtpReply((int)response.StatusCode, response.Response)));

    /// <summary>One that may be taken later keeps the whole from being given up.</summary>
    protected override void OnNoRecipientsAccepted(MimeMessage message)
    {
        var (mailbox, reply) = Refused.Exists(r => r.Response.IsForLater) ? Refused.Find(r => r.Response.IsForLater) : Refused[0];
        throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, (SmtpStatusCode)reply.Code, mailbox, reply.Said);
    }
}
