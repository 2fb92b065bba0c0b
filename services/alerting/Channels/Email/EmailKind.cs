using System.Net;

namespace Holdfast.Alerting.Channels.Email;

/// <summary>Messages to mailboxes through an SMTP server.</summary>
internal sealed class EmailKind : ChannelKind<EmailSettings>
{
    private const string Mailboxes = "must be an address such as oncall@example.com, or Name <oncall@example.com>, without line breaks";

    internal override string Name => "email";

    internal override string Brief => "to";

    /// <summary>Without TLS the user's password could be read on the way: to ask for less is to ask another target.</summary>
    protected override string TargetOf(EmailSettings settings) =>
        $"{settings.Host}:{settings.Port} {settings.Security} {settings.Username} {settings.CaFile}";

    protected override IEnumerable<string> SecretForms(EmailSettings settings) =>
        settings is not { Username: { } user, Password.Value: var word } ? []
        : [Base64(word), Base64($"\0{user}\0{word}"), Secrets.Basic(user, word)];

    protected override IReadOnlyList<FieldFault> Unusable(EmailSettings settings, TimeProvider time) =>
        TargetTls.Open(settings.TlsPaths, time).Unusable;

    protected override void Check(EmailSettings settings, RuleCheck check)
    {
        check.That(IsHost(settings.Host), "host", RuleCheck.Short(settings.Host), "must be a host's name or address, without port");
        check.That(settings.Security != EmailSettings.NoTls || settings.AllowClearText || !IsHost(settings.Host)
            || IsThisMachine(settings.Host), "security",
            settings.Security, "must be starttls or tls, unless the server is on this machine or allowClearText is true");
        check.That(settings.Security != EmailSettings.NoTls || settings.CaFile is null, "caFile", RuleCheck.Short(settings.CaFile ?? ""),
            "must be given with starttls or tls only");
        check.That((settings.Username is null) == (settings.Password is null), "username", RuleCheck.Short(settings.Username ?? ""),
            "must be given together with password");
        check.That(IsOneLine(settings.Username), "username", RuleCheck.Short(settings.Username ?? ""), "must not have line breaks");
        check.That(IsOneLine(settings.Password?.Value), "password", Secrets.Mask, "must not have line breaks");
        check.That(AlertMessage.Mailbox(settings.From) is not null, "from", RuleCheck.Short(settings.From), Mailboxes);
        foreach (var to in settings.To.Where(t => AlertMessage.Mailbox(t) is null))
        {
            check.That(false, "to", RuleCheck.Short(to), Mailboxes);
        }

        check.That(IsOneLine(settings.SubjectPrefix), "subjectPrefix", RuleCheck.Short(settings.SubjectPrefix ?? ""),
            "must not have line breaks");
        check.That(settings.LocalName is null || IsHost(settings.LocalName), "localName", RuleCheck.Short(settings.LocalName ?? ""),
            "must be a host's name or address");
    }

    protected override IChannel Open(EmailSettings settings, ChannelSite site) => new EmailChannel(settings, site);

    /// <summary>Letters of other scripts are a host's name too; a space, a line break or a slash is none.</summary>
    private static bool IsHost(string host) => IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) == UriHostNameType.Dns;

    private static bool IsThisMachine(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool IsOneLine(string? text) => text is null || !text.Any(char.IsControl);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
