namespace Holdfast.Supervisor.Loop;

/// <summary>An event that the agent's one loop hears; each room adds its own.</summary>
internal abstract record LoopEvent
{
    public sealed record Tick : LoopEvent;

    public sealed record Quit : LoopEvent;
}
