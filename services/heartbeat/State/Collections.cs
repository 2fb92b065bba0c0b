namespace Holdfast.Heartbeat.State;

/// <summary>The collections that this service owns.</summary>
internal static class Collections
{
    internal static Collection<HostRow> Hosts { get; } =
        new Collection<HostRow>("heartbeat.hosts", 1, row => row.Host).Index(row => row.By, row => row.At);

    internal static Collection<RegistrationRow> Registrations { get; } =
        new Collection<RegistrationRow>("heartbeat.registrations", 1, row => row.Host).Index(row => row.By, row =>
            row.At);

    internal static Collection<SequenceRow> Sequence { get; } =
        new Collection<SequenceRow>("heartbeat.sequence", 1, row => row.Id).Index(row => row.At);

    internal static Collection<DesiredRow> Desired { get; } =
        new Collection<DesiredRow>("heartbeat.desired", 1, row => row.Host).Index(row => row.By, row => row.At);

    internal static Collection<TermsRow> Terms { get; } = new("heartbeat.terms", 1, row => row.Id);

    internal static Collection<LogRow> Logs { get; } = new("heartbeat.logs", 1, row => row.Id);

    internal static Collection<CollectorRow> Collectors { get; } =
        new Collection<CollectorRow>("heartbeat.collectors", 1, row => row.Id).Index(row => row.At);

    internal static Collection<HostTokensRow> Tokens { get; } =
        new Collection<HostTokensRow>("heartbeat.tokens", 1, row => row.Host).Index(row => row.At);

    internal static Collection<ConfigRow> Configs { get; } =
        new Collection<ConfigRow>("heartbeat.configs", 1, row => row.Id).Index(row => row.Host)
            .Sealed((row, make) => row with { Text = make(row.Text) }, _ => null);
}
