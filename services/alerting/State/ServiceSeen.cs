namespace Holdfast.Alerting.State;

/// <summary>A replica of a service that has been heard and has not said that it stops.</summary>
internal sealed record ServiceSeen
{
    public required string Service { get; init; }
    public required string Instance { get; init; }

    /// <summary>By this service's clock, for people; silence is counted on the monotonic one. Written now and then.</summary>
    public required DateTimeOffset HeardAt { get; init; }

    internal string Id => IdOf(Service, Instance);

    internal static string IdOf(string service, string instance) => $"{service}/{instance}";
}
