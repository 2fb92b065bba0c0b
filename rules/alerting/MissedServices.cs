namespace Holdfast.Rules.Alerting;

/// <summary>Whether a replica of a service is heard.</summary>
internal enum Hearing
{
    /// <summary>It is heard.</summary>
    Well,

    /// <summary>Not heard for too long.</summary>
    Silent,

    /// <summary>Silent for so long that it will not come back.</summary>
    Forgotten,
}

/// <summary>Which services are missed. Pure; the same thoughts as about hosts: before others are missed, ask whether you hear.</summary>
internal static class MissedServices
{
    internal const string BusTarget = "message-bus";

    internal const string Heard = "is heard again";
    internal const string Stops = "has said that it stops";
    internal const string IsForgotten = "has not been heard for a day and is taken for gone for good";

    internal static TimeSpan ForgetAfter { get; } = TimeSpan.FromHours(24);

    /// <summary>Own beats come back over the bus; without them nobody can be heard.</summary>
    /// <param name="own">For how long none did.</param>
    /// <param name="beat">Between two beats of a service.</param>
    internal static bool IsBusSilent(TimeSpan own, TimeSpan beat) => own > beat * 3;

    /// <summary>Two beats without a look, which comes twice in each: this process did not run, and has heard nobody meanwhile.</summary>
    /// <param name="looked">Since the look before this one.</param>
    internal static bool WasStopped(TimeSpan looked, TimeSpan beat) => looked > beat * 2;

    internal static Hearing Decide(TimeSpan silence, TimeSpan beat) =>
        silence > ForgetAfter ? Hearing.Forgotten : silence > beat * 6 ? Hearing.Silent : Hearing.Well;

    internal static AlertRaised Silent(string service, string instance, TimeSpan silence, DateTimeOffset now) =>
        Of($"{service}/{instance}", now) with
    {
        Summary = $"The service {service} is not heard: {instance}",
        Description = $"Its replica {instance} has said nothing for {silence.TotalSeconds:0} s and has not said that it stops. "
            + (service is "heartbeat" or "ha-scheduler"
                ? "If it was the only one, no heartbeat is heard: no failure of a host is found, and nothing moves, until it is back."
                : "Its other replicas, if there are any, do its work."),
    };

    internal static AlertRaised Bus(TimeSpan silence, DateTimeOffset now) => Of(BusTarget, now) with
    {
        Summary = "The message bus is silent",
        Description = $"Alerting has not heard its own beats for {silence.TotalSeconds:0} s: the broker is away, or it cannot be "
            + "reached from here. No new condition arrives until it is back; what was accepted before goes out.",
    };

    /// <param name="how">End of its silence, as a part of a sentence.</param>
    internal static AlertRaised Over(AlertRaised missed, string how) => missed with
    {
        Condition = AlertCondition.Resolved,
        Summary = $"{(missed.Target == BusTarget ? "The message bus" : $"The service {missed.Target}")} {how}",
        Description = $"It began at {missed.At:O}: {missed.Summary}.",
    };

    private static AlertRaised Of(string target, DateTimeOffset now) => new()
    {
        Id = $"{AlertEvents.ServiceSilent}:{target}",
        Event = AlertEvents.ServiceSilent,
        Scope = AlertScope.System,
        Target = target,
        Level = (int)AlertLevel.Critical,
        Condition = AlertCondition.Firing,
        Summary = "",
        Description = "",
        Region = "",
        At = now,
    };
}
