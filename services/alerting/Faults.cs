using Holdfast.Platform.Http;

namespace Holdfast.Alerting;

/// <summary>
/// What this service refuses, and what to do about it. AL-3.. codes are reasons of deliveries, in Channels.
/// </summary>
internal static class Faults
{
    internal static Fault Query(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-101", "Correct the named parameters; leave one out for its default.", fields);

    internal static Fault Cursor(string cursor) =>
        Fault.Invalid("AL-102", "Ask for the first page again, without a cursor.",
            new FieldFault("cursor", Limits.Short(cursor), "must be the 'next' of the page before, with the same filters"));

    internal static Fault UnknownAlert(string id) =>
        Problems.NotFound("AL-103", "alert", id,
            "List the alerts with GET /api/v1/alerts; those of more than three months ago are deleted.");

    internal static Fault AlertChanged(string id) => new("AL-104", 409, "The alert was changed meanwhile",
        $"Alert '{id}' was triggered or resolved at this very moment.", "Ask again.");

    internal static Fault Thresholds(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-105", "Correct the named keys; nothing was changed.", fields);

    internal static Fault ThresholdsChanged(int from, int now) => new("AL-106", 409, "Changed meanwhile",
        $"The change was made from version {from} of alarm.thresholds, and version {now} holds.",
            "Read them again, then repeat the change.");

    internal static Fault Channel(IReadOnlyList<FieldFault> fields) =>
        Fault.Invalid("AL-201", "Correct the named fields; nothing was saved.", fields);

    internal static Fault NameTaken(string name) => new("AL-202", 409, "The name is taken",
        $"There is a channel '{name}' already.",
            "Choose another name, or change that channel with PUT /api/v1/channels/{name}.");

    internal static Fault UnknownChannel(string name) =>
        Problems.NotFound("AL-203", "channel", name, "List the channels with GET /api/v1/channels.");

    internal static Fault ChannelChanged(string name) => new("AL-204", 409, "The channel was changed meanwhile",
        $"Somebody else changed or deleted channel '{name}' at this very moment.",
            "Read it again, then repeat the change.");

    internal static Fault TestFailed(string name, string why) =>
        new("AL-205", 422, "The test message could not be sent",
        $"Channel '{name}' was not saved: {why}.", "Mend the cause, or save it all the same with ?force=true.");

    internal static Fault TooManyChannels(int limit) => new("AL-206", 409, "There are too many channels",
        $"There may be {limit} channels.", "Delete one that nobody needs.");

    internal static Fault SecretElsewhere() => new("AL-207", 400, "The secrets are needed again",
        "The definition holds '…' for a secret that is not known for this target.",
        "Give the secrets themselves: those of one receiver are never sent to another.");
}
