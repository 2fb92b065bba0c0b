namespace Holdfast.Alerting.Channels.Ocp;

/// <summary>OceanBase Cloud Platform: cluster and endpoint are fixed, and what is not reported again is cleared there.</summary>
internal sealed class OcpKind : ChannelKind<OcpSettings>
{
    internal override string Name => "ocp";

    internal override string Brief => "clusterName";

    protected override string TargetOf(OcpSettings settings) => settings.Endpoint;

    protected override IEnumerable<string> SecretForms(OcpSettings settings) =>
        [Secrets.Basic(settings.Username, settings.Password.Value)];

    protected override void Check(OcpSettings settings, RuleCheck check)
    {
        check.That(IsEndpoint(settings.Endpoint), "endpoint", RuleCheck.Short(settings.Endpoint), "must be ip:port");
        check.That(!settings.Username.Contains(':', StringComparison.Ordinal), "username", RuleCheck.Short(settings.Username),
            "must be given, without ':'");
        var rules = check.Within("rules");
        foreach (var (name, rule) in settings.Rules)
        {
            rules.That(EventCatalog.Knows(name), RuleCheck.Short(name), RuleCheck.Short(rule),
                $"must be named by one of {string.Join(", ", EventCatalog.Names)}");
            rules.That(rule is { Length: > 0 and <= 256 }, RuleCheck.Short(name), RuleCheck.Short(rule), "must have 1 to 256 characters");
        }
    }

    protected override IChannel Open(OcpSettings settings, ChannelSite site) => new OcpChannel(settings, site);

    private static bool IsEndpoint(string endpoint) => endpoint.Length <= 64
        && System.Net.IPEndPoint.TryParse(endpoint, out var parsed) && parsed.Port > 0 && endpoint.Contains(':', StringComparison.Ordinal);
}
