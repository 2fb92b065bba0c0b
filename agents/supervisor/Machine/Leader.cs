namespace Holdfast.Supervisor.Machine;

/// <summary>
/// A process that is or was a component's leader: pid and start time together. <paramref name="Adopts"/>: a guard or a reaper,
/// to which whatever loses its parent below it falls; killed first, it would let that go.
/// </summary>
internal sealed record Leader(string Name, int Pid, ulong StartTime, string Directory, string Cgroup, bool Adopts = false);
