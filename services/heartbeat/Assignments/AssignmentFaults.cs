namespace Holdfast.Heartbeat.Assignments;

/// <summary>Faults of questions about what a host should run: 407.</summary>
internal static class AssignmentFaults
{
    internal static Fault NoConfig(string host, string component) => Fault.NotFound("HB-407", "configuration of component", component,
        $"Nothing of that name is placed on {host} with a configuration; see GET /api/v1/hosts/{host} for what it runs.");
}
