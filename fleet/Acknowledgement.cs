namespace Holdfast.Fleet;

/// <summary>Tells by a host's own report whether a placement has arrived there.</summary>
public static class Acknowledgement
{
    /// <summary>The host lists the placement, and it is running or stopped as it should be (or has ended at it by itself).</summary>
    public static bool IsInPlace(FleetHost? host, string component, long epoch, DesiredState desired)
    {
        var reported = Reported(host, component, epoch);
        return desired switch
        {
            DesiredState.Running => reported is { State: not ComponentState.Stopped } or { ExitCode: not null },
            DesiredState.Stopped => HasStopped(reported),
            DesiredState.Absent => IsGone(host, component),
        };
    }

    /// <summary>
    /// No process of it is left, and its host leaves it so. One that says hostile words, or whose disk hangs, is Abnormal and lives
    /// on. One that has ended by itself looks stopped, yet its host has not been told to leave it so: a supervisor that starts anew
    /// would start it. What has completed stays completed.
    /// </summary>
    public static bool HasStopped(ComponentReport? reported) => reported is { Pid: null, State: ComponentState.Completed }
        or { Pid: null, State: ComponentState.Stopped or ComponentState.Abnormal, ExitCode: null };

    /// <summary>The host's last word about this very placement. A plain loop: every pass asks for every component.</summary>
    public static ComponentReport? Reported(FleetHost? host, string? component, long epoch)
    {
        for (var i = 0; i < (host?.Components.Count ?? 0); i++)
        {
            if (host!.Components[i] is var reported && reported.Epoch == epoch && reported.Name == component)
            {
                return reported;
            }
        }

        return null;
    }

    /// <summary>The host holds a desired list and neither runs the component nor knows it any more.</summary>
    public static bool IsGone(FleetHost? host, string component) =>
        host is { Report.DesiredVersion: > 0, ComponentsAreCurrent: true } && host.Components.All(c => c.Name != component);
}
