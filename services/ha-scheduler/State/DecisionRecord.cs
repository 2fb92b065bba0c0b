namespace Holdfast.HaScheduler.State;

/// <summary>A decision as it is stored. Key: id.</summary>
internal sealed record DecisionRecord : DecisionView
{
    /// <summary>The code of an act: something was done.</summary>
    internal const string ActCode = "act";

    /// <summary>
    /// As it was first said, of one whose figures went on since. That is what stays stored, so that what people have read of a moment
    /// stays what is read of it. Null: it is this one.
    /// </summary>
    internal DecisionRecord? AsSaid { get; init; }

    internal bool IsWell => Code == Reason.Healthy.Code;

    /// <summary>Not worth a record of its own: the figures differ at most.</summary>
    internal bool IsSameAs(DecisionRecord other) =>
        Code == other.Code && Maintenance == other.Maintenance && Ticket == other.Ticket
        && (Code != ActCode || Sentence == other.Sentence);

    internal static DecisionRecord Well(string @object, DateTimeOffset at) => new()
    {
        Id = "",
        Object = @object,
        Code = Reason.Healthy.Code,
        Sentence = "healthy: running as placed",
        Workaround = Reason.Healthy.Workaround,
        At = at,
    };
}

/// <summary>Decisions in words. Pure.</summary>
internal static class Describe
{
    internal static DecisionRecord Of(Decision decision, DateTimeOffset now) => decision switch
    {
        DeclareDown d => Act(d, $"declared Down after {d.Host.Silence.TotalSeconds:0.0} s of silence, incident {d.Incident}", now),
        Quarantine d => Act(d, "heard again, quarantined until its inventory is clean", now),
        BringOnline d => Act(d, "Online: its inventory is clean", now),
        Admit d => Act(d, "assignments sent", now),
        Place d => Act(d, d.From.Host is null ? $"placed on {d.Host}" : $"moved from {d.From.Host} to {d.Host}", now),
        BeginMove d => Act(d, $"stops on {d.From.Host} in order to go to {d.To.Target} ({d.To.Cause})", now),
        CancelMove d => Act(d, $"stays on {d.From.Host} after all: {d.Because}", now),
        Restart d => Act(d, $"restarted on {d.From.Host}, number {d.Restarts} in a row", now),
        NoteFailure d => Act(d, $"has failed on {d.From.Host}", now),
        NoteRecovery d => Act(d, $"runs again on {d.From.Host}, by itself", now),
        Suspect d => Act(d, d.Because, now),
        SetBrake { After.CalmSince: not null } d => Act(d, $"brake calms down: {d.Silent} of {d.Hosts} hosts silent", now),
        SetBrake d => Act(d, $"brake {(d.After.Engaged ? "engaged" : "released")}: {d.Silent} of {d.Hosts} hosts silent", now),
        Hold d => new DecisionRecord
        {
            Id = "",
            Object = d.Object,
            Code = d.Reason.Code,
            Sentence = $"{d.Reason.Name}: {d.Because}",
            Earliest = d.Earliest,
            Workaround = d.Reason.Workaround,
            Plan = d.Plan,
            Ticket = d.Ticket,
            Maintenance = d.Maintenance,
            Inputs = d.Inputs?.ByName,
            At = now,
        },
        _ => throw new System.Diagnostics.UnreachableException(decision.GetType().Name),
    };

    private static DecisionRecord Act(Decision decision, string sentence, DateTimeOffset now) =>
        new() { Id = "", Object = decision.Object, Code = DecisionRecord.ActCode, Sentence = sentence, At = now };
}
