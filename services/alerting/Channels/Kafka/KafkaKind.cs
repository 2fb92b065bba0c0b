namespace Holdfast.Alerting.Channels.Kafka;

/// <summary>Records in a topic, one key for all news of a condition.</summary>
internal sealed class KafkaKind : ChannelKind<KafkaSettings>
{
    internal override string Name => "kafka";

    internal override string Brief => "topic";

    protected override string TargetOf(KafkaSettings settings) => settings.BootstrapServers;

    protected override void Check(KafkaSettings settings, RuleCheck check)
    {
        const string Topics = "must be 1 to 249 letters, digits, '.', '_' or '-'";
        var sasl = settings.SecurityProtocol.StartsWith("sasl_", StringComparison.Ordinal);
        check.That(settings.BootstrapServers.Split(',').All(IsServer), "bootstrapServers", RuleCheck.Short(settings.BootstrapServers),
            "must be host:port, several with commas between");
        check.That(IsTopic(settings.Topic), "topic", RuleCheck.Short(settings.Topic), Topics);
        check.That(settings.ResolvedTopic is null || IsTopic(settings.ResolvedTopic), "resolvedTopic",
            RuleCheck.Short(settings.ResolvedTopic ?? ""), Topics);
        check.That(sasl == (settings.SaslMechanism is not null), "saslMechanism", RuleCheck.Short(settings.SaslMechanism ?? ""),
            "must be given with a sasl_ protocol, else absent");
        check.That(sasl == (settings.Username is not null), "username", RuleCheck.Short(settings.Username ?? ""),
            "must be given with a sasl_ protocol, else absent");
        check.That(sasl == (settings.Password is not null), "password", Secrets.Mask,
            "must be given with a sasl_ protocol, else absent");
        CertificateRules.Check(check, settings.CertificateFile, settings.KeyFile, settings.KeyPassword);
    }

    protected override IChannel Open(KafkaSettings settings, ChannelSite site) => new KafkaChannel(settings, site);

    private static bool IsTopic(string topic) => topic.Length is > 0 and <= 249
        && topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && topic is not ("." or "..");

    private static bool IsServer(string server) =>
        server.LastIndexOf(':') is > 0 and var colon
            && ushort.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0
        && server[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '[' or ']' or ':');
}
