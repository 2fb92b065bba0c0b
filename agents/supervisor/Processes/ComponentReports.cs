using Holdfast.Supervisor.Machine;
using Holdfast.Supervisor.Setup;

namespace Holdfast.Supervisor.Processes;

/// <summary>One component as the server is told of it.</summary>
internal static class ComponentReports
{
    /// <summary>Held to the rules that the server holds it to; whatever goes wrong with one component is that one's.</summary>
    public static ComponentReport Of(Component component, BootTime now, TimeSpan interval)
    {
        try
        {
            return ComponentRules.Judged(Say(component, now, interval), Codes.StatusBroken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ComponentRules.Abnormal(WhoIs(component), NotJudged(e));
        }
    }

    public static Verdict Judge(Component c, BootTime now, TimeSpan interval)
    {
        try
        {
            return c.Fault is { } fault
                ? new Verdict(ComponentState.Abnormal, fault)
                : ComponentStates.Judge(SignsOf(c, now, interval));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new Verdict(ComponentState.Abnormal, NotJudged(e));
        }
    }

    /// <summary>The reason of a component that the supervisor itself failed at.</summary>
    public static string NotJudged(Exception e) =>
        ComponentRules.Sentence($"{Codes.ComponentNotJudged} the supervisor could not judge it: {e.GetType().Name}: {e.Message}");

    private static ComponentReport Say(Component component, BootTime now, TimeSpan interval)
    {
        var verdict = Judge(component, now, interval);
        var status = component.Status;
        return WhoIs(component) with
        {
            State = verdict.State,
            Checkpoint = status?.Checkpoint,
            Begin = status?.Begin,
            End = status?.End,
            DelaySeconds = status?.DelaySeconds,
            Consumers = status?.Consumers,
            Endpoint = status?.Endpoint,
            PositionBegin = status?.PositionBegin,
            PositionEnd = status?.PositionEnd,
            SystemId = status?.SystemId,
            Bytes = status?.Bytes,
            SourceLagMs = status?.SourceLagMs,
            Barrier = status?.Barrier,
            Term = status?.Term,
            // One that runs and waits says what for.
            Error = verdict.Error ?? (verdict.State == ComponentState.Running ? status?.Error : null),
            ExitCode = ExitCode(component.View),
            SilentSeconds = ComponentStates.Silence(SignsOf(component, now, interval)),
        };
    }

    private static ComponentReport WhoIs(Component component)
    {
        var what = component.Phase == Phase.Idle ? component.Desired ?? component.Ran! : component.Ran!;
        return new ComponentReport
        {
            Name = component.Name,
            Kind = what.Kind,
            Epoch = component.Epoch,
            State = ComponentState.Abnormal,
            Task = what.Task,
            Pid = component.Leader?.Pid,
        };
    }

    /// <summary>The exit code of one that ended by itself and that no order has settled since.</summary>
    internal static int? ExitCode(ComponentView view) => view switch
    {
        { Phase: not Phase.Idle } or { Ending: null } => null,
        { Ending: { Kind: EndKind.Exited, Number: var code } } => code,
        { Ending: { Kind: EndKind.Signalled, Number: var signal } } => 128 + signal,
        { Ending.Kind: EndKind.NotStarted } => 127,
        { Ending.Kind: EndKind.OnPurpose or EndKind.Fenced or EndKind.GuardLost } => null,
        _ => throw new ArgumentOutOfRangeException(nameof(view)),
    };

    private static Signs SignsOf(Component c, BootTime now, TimeSpan interval) =>
        new(c.View, c.Status, c.StatusError, now - c.StartedAt, now - c.StatusAt, interval)
        {
            Unconfigured = c.Fetch?.Fault(now, ComponentStates.StaleIntervals * interval),
            Unread = c.Preparing is { } prepared ? now - prepared.Asked : c.Looking is { } look ? now - look.Since : null,
        };
}
