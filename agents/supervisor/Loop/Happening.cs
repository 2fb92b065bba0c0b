using Holdfast.Supervisor.Config;
using Holdfast.Supervisor.Guard;
using Holdfast.Supervisor.Heartbeats;

namespace Holdfast.Supervisor.Loop;

/// <summary>All that the agent's one loop hears.</summary>
internal abstract record Happening
{
    public sealed record Tick : Happening;

    public sealed record GuardSaid(GuardProcess Guard, GuardEvent Event) : Happening;

    public sealed record GuardEnded(GuardProcess Guard) : Happening;

    public sealed record Answered(SentHeartbeat Sent, HeartbeatOutcome Outcome) : Happening;

    public sealed record LogRead(Holdfast.Contracts.LogTail Tail) : Happening;

    /// <param name="Run">The start that waits for it.</param>
    /// <param name="Outcome">The configuration, or why there is none.</param>
    public sealed record ConfigFetched(long Run, ConfigOutcome Outcome) : Happening;

    public sealed record Quit : Happening;
}
