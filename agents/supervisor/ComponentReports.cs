using Holdfast.Contracts;

namespace Holdfast.Supervisor;

/// <summary>One component as the server is told of it.</summary>
internal static class ComponentReports
{
    public static ComponentReport Of(Component component, BootTime now, TimeSpan interval)
    {
        var what = component.Phase == Phase.Idle ? component.Desired ?? component.Ran! : component.Ran!;
        var verdict = Judge(component, now, interval);
        var status = component.Status;
        return new ComponentReport
        {
            Name = component.Name,
            Kind = what.Kind,
            Epoch = component.Epoch,
            State = verdict.State,
            Task = what.Task,
            Pid = component.Leader?.Pid,
            Checkpoint = status?.Checkpoint,
            Begin = status?.Begin,
            End = status?.End,
            DelaySeconds = status?.DelaySeconds,
            Consumers = status?.Consumers,
            Error = verdict.Error,
        };
    }

    public static Verdict Judge(Component c, BootTime now, TimeSpan interval) => ComponentStates.Judge(
        new Signs(c.View, c.Status, c.StatusError, now - c.StartedAt, now - c.StatusAt, interval));
}
