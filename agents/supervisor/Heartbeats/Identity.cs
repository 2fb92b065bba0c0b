using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Heartbeats;

/// <summary>The supervisor that reports.</summary>
internal sealed record Identity(Settings Settings, long Incarnation, long? Succeeds);
