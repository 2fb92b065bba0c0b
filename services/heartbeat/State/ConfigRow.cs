namespace Holdfast.Heartbeat.State;

/// <summary>
/// The configuration of a component on a host, as the placement of this epoch and revision brought it. Apart from the desired list:
/// what may hold secrets is in no reply and in no memory, and a list of many stays small. Key: host/component.
/// </summary>
internal sealed record ConfigRow(string Id, string Host, string Component, long Epoch, long Revision, string Text)
{
    /// <summary>The key of a configuration: no host's id has a slash.</summary>
    internal static string IdOf(string host, string component) => $"{host}/{component}";
}
