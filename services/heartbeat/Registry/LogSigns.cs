namespace Holdfast.Heartbeat.Registry;

/// <summary>The signs of a host when one of its logs is asked for.</summary>
/// <param name="Silence">Since it was last granted a lease by this collector; null: it never was.</param>
/// <param name="Peers">Another collector is alive, which may hear it.</param>
/// <param name="ServesLogs">Its supervisor's word; null: this collector has not heard one.</param>
internal readonly record struct LogSigns(TimeSpan? Silence, TimeSpan Lease, bool Peers, bool? ServesLogs);
