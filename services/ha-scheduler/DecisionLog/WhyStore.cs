using Holdfast.HaScheduler.State;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>Explains a Store by the store manager's decision about its subtopic, and by how it sees this Store. Pure.</summary>
internal static class WhyStore
{
    internal const string Kind = "store";

    /// <param name="placed">As the store manager placed it; null: it has not said that here.</param>
    /// <param name="decision">The latest about its subtopic; null: not heard.</param>
    /// <returns>Null: nobody knows such a Store.</returns>
    internal static WhyView? Of(string store, StorePlaced? placed, SubtopicDecision? decision, DateTimeOffset now) =>
        decision?.Stores.FirstOrDefault(s => s.Store == store) is { } stands ? Decided(decision, stands)
        : placed is null ? null
        : placed.Desired == DesiredState.Absent ? Gone(placed)
        : Unheard(placed, now);

    private static WhyView Decided(SubtopicDecision decision, StoreStands stands) => new()
    {
        Object = stands.Store,
        Kind = Kind,
        Code = decision.Code,
        Sentence = $"it is {stands.State} on host {stands.Host}{(stands.Because is { } because ? $": {because}" : "")}; "
            + $"subtopic {decision.Subtopic}: {decision.Sentence}",
        At = decision.Since,
        Earliest = decision.Earliest,
        Workaround = decision.Workaround,
        Plan = decision.Plan,
        Ticket = decision.Ticket,
        Inputs = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["subtopic"] = decision.Subtopic,
            ["host"] = stands.Host,
            ["state"] = $"{stands.State}",
        },
    };

    private static WhyView Gone(StorePlaced placed) => new()
    {
        Object = placed.Store,
        Kind = Kind,
        Code = DecisionRecord.ActCode,
        Sentence = $"it is gone from host {placed.Host}, or is being removed there: a person, a drain, HA or the last task that needed "
            + $"subtopic {placed.Subtopic} had it go",
        At = placed.At,
        Workaround = $"See its ticket in GET /api/v1/stores/tickets?subtopic={Uri.EscapeDataString(placed.Subtopic)}.",
    };

    private static WhyView Unheard(StorePlaced placed, DateTimeOffset now) => new()
    {
        Object = placed.Store,
        Kind = Kind,
        Code = Reason.StoreUndecided.Code,
        Sentence = $"{Reason.StoreUndecided.Name}: it is to be {placed.Desired} on host {placed.Host} for subtopic {placed.Subtopic}",
        At = now,
        Workaround = Reason.StoreUndecided.Workaround,
    };
}
