using Holdfast.Contracts;

namespace Holdfast.HaScheduler;

/// <summary>What a pass decided about one object: an act, or exactly one reason why not.</summary>
internal abstract record Decision(string Object);

/// <summary>The host is Down from now on.</summary>
internal sealed record DeclareDown(HostSnapshot Host, string Incident) : Decision(Host.Verdict.Host);

/// <summary>The host is heard again; it gets no work until its inventory is clean.</summary>
internal sealed record Quarantine(HostSnapshot Host) : Decision(Host.Verdict.Host);

/// <summary>The host takes part again.</summary>
internal sealed record BringOnline(HostSnapshot Host) : Decision(Host.Verdict.Host);

/// <summary>The host holds no desired list and may have it.</summary>
internal sealed record Admit(HostSnapshot Host) : Decision(Host.Verdict.Host);

/// <summary>The component gets a host (its first one, or another one), a new name there and a higher epoch.</summary>
internal sealed record Place(Registration From, string Host, DesiredState Desired, ComponentState? CarriedState, string? Incident)
    : Decision(From.Id);

/// <summary>A region's brake changed.</summary>
internal sealed record SetBrake(string Region, bool Engaged, int Silent, int Hosts) : Decision(ObjectOf(Region))
{
    internal static string ObjectOf(string region) => "region:" + region;
}

/// <summary>Nothing is done, for this reason.</summary>
/// <param name="Earliest">When time alone can change that; null when something else must happen.</param>
internal sealed record Hold(string Object, Reason Reason, string Because, DateTimeOffset? Earliest = null) : Decision(Object);
