using Holdfast.ConsoleUi.Access;

namespace Holdfast.ConsoleUi.Client;

/// <summary>Faults in the place of a service's answer that did not come, cannot be read, or is not for this person.</summary>
internal static class ServiceFaults
{
    /// <summary>No service says this: the console could not reach it.</summary>
    internal static Fault Unreachable(string path, string why) => new("CO-301", 502, "A service does not answer",
        $"Nothing answers for {path}: {why}",
        $"The rest of the console works. See the service's log, and /health/ready/{ServiceOf(path)}.");

    /// <summary>Service of a path of the API, as the gateway (deploy/nginx.conf) sends it on.</summary>
    internal static string ServiceOf(string path) => path.Split('/') is ["", "api", "v1", var first, ..] parts
        ? parts switch
        {
            [.., "logs"] => "heartbeat",
            [_, _, _, "hosts", _, "tokens", ..] => "heartbeat",
            _ => first switch
            {
                "stores" => "store-manager",
                "alerts" or "channels" or "silences" => "alerting",
                "tokens" or "audit" => "console",
                "heartbeats" => "heartbeat",
                _ => "ha-scheduler",
            },
        }
        : "ha-scheduler";

    internal static Fault Unreadable(string path, string why) => new("CO-302", 502, "An answer cannot be read",
        $"{path} answered what the console does not understand: {why}", "Console and services are of different versions: update both.");

    internal static Fault NotAllowed(Role needed) => new("CO-108", 403, "Not allowed",
        $"This needs the role {needed}.", "Ask an administrator.");
}
