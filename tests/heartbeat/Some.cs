using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Heartbeat.Tests;

/// <summary>Values that tests start from.</summary>
internal static class Some
{
    /// <summary>Lease 10, grace 3, drift 2: what is left of a host may run 15 s after its last grant.</summary>
    internal static LeaseTerms Granted { get; } = new(Seconds(10), Seconds(3), Seconds(2));

    internal static HeartbeatTerms Terms { get; } = new(Granted, Granted, Seconds(1));

    /// <summary>These terms as the service holds them, the store asked already.</summary>
    internal static CurrentTerms Current()
    {
        var current = new CurrentTerms(Granted, Seconds(1), NullLogger<CurrentTerms>.Instance);
        current.BecomeKnown();
        return current;
    }

    internal static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    internal static HostReport Report(long incarnation = 1, long sequence = 1, string address = "10.0.0.1",
        string host = "h1") => new()
    {
        Host = host,
        Incarnation = incarnation,
        Sequence = sequence,
        Region = "cn-hz",
        Idc = "hz-a",
        Address = address,
        Usage = new Usage(0.1, 0.2, 0.3),
    };

    internal static ComponentReport Component(string name) =>
        new() { Name = name, Kind = ComponentKind.IncrSync, Epoch = 1, State = ComponentState.Running };

    internal static ComponentPlaced Placed(
        string component = "c1", long epoch = 1, long revision = 1, DesiredState desired = DesiredState.Running,
            string host = "h1",
        params string[] command) => new()
        {
            Component = component,
            Host = host,
            Region = "cn-hz",
            Kind = ComponentKind.IncrSync,
            Epoch = epoch,
            Revision = revision,
            Desired = desired,
            Command = command,
            At = DateTimeOffset.UnixEpoch,
        };
}
