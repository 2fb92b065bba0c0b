namespace Holdfast.ConsoleUi.Tests;

/// <summary>Answers of the services with all that they must have; a test says with <c>with</c> what it is about.</summary>
internal static class Answers
{
    internal static AlertView Alert(string id, string @event, string target, DateTimeOffset at = default) => new()
    {
        Id = id,
        Fingerprint = id,
        Occurrence = 1,
        Series = id,
        LastMessage = id,
        Event = @event,
        Scope = AlertScope.System,
        Target = target,
        Level = 2,
        Condition = AlertCondition.Firing,
        Status = SendingStatus.Successful,
        Summary = "",
        Description = "",
        Region = "north",
        ActiveAt = at,
        LastTriggered = at,
        HeardAt = at,
        Count = 1,
        Generation = 1,
        GenerationAt = at,
        Search = "",
    };

    internal static DeliveryView Delivery(
        string id, AlertCondition condition, SendingStatus status, DateTimeOffset at, params IReadOnlyList<Attempt> attempts) => new()
    {
        Id = id,
        Alert = "a1",
        Fingerprint = "a1",
        Series = "a1",
        Occurrence = 1,
        Channel = "oncall",
        Generation = 1,
        Condition = condition,
        Status = status,
        CreatedAt = at,
        Deadline = at,
        SettledAt = at,
        AttemptCount = attempts.Count,
        Attempts = attempts,
    };

    /// <summary>A failover of h1 that has moved all of its components.</summary>
    internal static TicketView Ticket(string id, DateTimeOffset at, params IReadOnlyList<SubTask> parts) => new()
    {
        Id = id,
        Url = $"/api/v1/tickets/{id}",
        Kind = "Host failover",
        Status = "Successful",
        Region = "north",
        Hosts = ["h1"],
        By = "HA",
        Total = parts.Count,
        Done = parts.Count,
        Failures = 0,
        CreatedAt = at,
        SubTasks = parts,
    };

    /// <summary>A component that went from h1 to h2, and caught up there.</summary>
    internal static SubTask Moved(string component, DateTimeOffset at, DateTimeOffset finished, Recovery recovery) => new()
    {
        Id = "s",
        Ticket = "t",
        Component = component,
        Status = "Successful",
        From = "h1",
        Target = "h2",
        Epoch = 2,
        Recovery = recovery,
        IsOver = true,
        CreatedAt = at,
        FinishedAt = finished,
    };

    internal static DecisionView Decision(string of, string code, string sentence, DateTimeOffset at) =>
        new() { Id = "", Object = of, Code = code, Sentence = sentence, At = at };

    internal static StoreDecisionRecord StoreDecision(string id, string subtopic, string code, string sentence, DateTimeOffset at) =>
        new() { Id = id, Subtopic = subtopic, Code = code, Sentence = sentence, At = at };
}
